"""What people type, say or scan of a customer, in the one form in which it is compared.

The till reads it alike without network, in ``customer_search.js`` of the add-on that looks for customers there.
"""

import re
import unicodedata

MOST_WORDS = 10  # of a name: what follows is left out


def name_words(text):
    """Return the words of a name, in whatever order they come: ``"Martin, Julie"`` gives two."""
    return re.split(r"[\s,;]+", text.strip(" \t\n,;"))[:MOST_WORDS] if text.strip(" \t\n,;") else []


def phone_digits(text):
    """Return the digits of a phone number or of a part of one, however they are set apart, with ``+`` before them where
    it is international (``+33``, ``0033``). Anything else gives an empty text.
    """
    text = unicodedata.normalize("NFKC", text)
    if "@" in text or any(sign.isalpha() for sign in text):
        return ""
    digits = "".join(str(unicodedata.decimal(sign)) for sign in text if sign.isdecimal())
    if digits and (re.match(r"\W*\+", text) or digits.startswith("00")):
        return "+" + digits.lstrip("0")
    return digits


def phone_end(text):
    """Return the digits with which a phone number ends, without what is a matter of writing before them."""
    return phone_digits(text).lstrip("+0")


def plain(text):
    """Return ``text`` as it is compared when nobody types capitals and accents: ``"Éléonore Œuvrard"`` and ``"eleonore
    oeuvrard"`` are the same.
    """
    signs = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(sign for sign in signs if not unicodedata.combining(sign))


def phone_has(phones, digits):
    """Whether one of these phone numbers has these digits, which follow each other in it, as it is written, or with the
    0 that stands for the country in front of the rest.

    :param phones: numbers, however they are written
    :param str digits: as :func:`phone_digits` gives them
    """
    digits = digits.lstrip("+")
    known = [phone_digits(phone) for phone in phones]
    if any(digits in phone for phone in known):
        return True
    abroad = [phone for phone in known if phone[:1] == "+"] if digits[:1] == "0" else ()
    return any(phone.find(digits[1:], 2, len(digits) + 3) > 0 for phone in abroad)
