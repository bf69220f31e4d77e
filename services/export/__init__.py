"""What an export of the events is made of: a table for each type, with a column for each field of its model.  Pure."""
