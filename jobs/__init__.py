"""What the clock sets off: one file a job, each with its TRIGGER and `run(deps)`."""
