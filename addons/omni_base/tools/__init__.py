from . import addresses, contacts, documents, inputs, logs, migration, names, outgoing, outputs, transactions
