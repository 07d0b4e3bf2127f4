-- Null and empty are two things in documents of deployments: who names none has an empty one, who names null has none.
update deployment set pull_steps = '[]' where pull_steps is null;
alter table deployment
  alter column pull_steps set default '[]',
  alter column parameter_openapi_schema drop not null;
