"""Progress written with the form, help wanted, and recording by hand."""
