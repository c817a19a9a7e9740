from . import documents, inputs, outputs, transactions
