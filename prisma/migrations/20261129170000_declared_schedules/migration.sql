-- What the code said when the schedule was deployed last: who says it again does not undo what was switched by hand since.
alter table deployment_schedule add column declared_active boolean;
