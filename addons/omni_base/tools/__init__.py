from . import addresses, contacts, documents, inputs, logs, names, outgoing, outputs, transactions
