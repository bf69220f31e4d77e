"""What is generated from the models and committed: JSON Schemas, examples, AsyncAPI, the README's tables; and the gate over releases."""
