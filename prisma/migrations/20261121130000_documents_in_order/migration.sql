-- Documents that come back as they were sent. `jsonb` puts the keys of objects in an order of its own; forms are drawn
-- in the order of the properties of a schema, and people read parameters in the order in which they wrote them.

alter table work_pool
  alter column base_job_template drop default,
  alter column base_job_template type json using base_job_template::json,
  alter column base_job_template set default '{}';

alter table deployment
  alter column parameter_openapi_schema drop default,
  alter column parameter_openapi_schema type json using parameter_openapi_schema::json,
  alter column parameter_openapi_schema set default '{}',
  alter column parameters drop default,
  alter column parameters type json using parameters::json,
  alter column parameters set default '{}',
  alter column job_variables drop default,
  alter column job_variables type json using job_variables::json,
  alter column job_variables set default '{}';

alter table flow_run
  alter column parameters drop default,
  alter column parameters type json using parameters::json,
  alter column parameters set default '{}',
  alter column job_variables type json using job_variables::json;

alter table variable
  alter column value type json using value::json;
