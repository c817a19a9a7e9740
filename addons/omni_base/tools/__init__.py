from . import addresses, documents, inputs, outgoing, outputs, transactions
