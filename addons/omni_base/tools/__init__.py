from . import addresses, contacts, documents, inputs, outgoing, outputs, transactions
