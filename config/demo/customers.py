"""Three hundred customers around the shops' cities, some with an account on the web shop."""

from datetime import timedelta
from typing import NamedTuple

COUNT = 300
ACCOUNTS = 0.3  # share with an account
FIRST_NAMES = """
    Emma Louis Léa Gabriel Chloé Raphaël Manon Jules Camille Adam Inès Lucas Jade Hugo Louise Arthur Alice Nathan Zoé Paul Lina
    Thomas Sarah Théo Anna Maxime Julia Antoine Eva Clément Margaux Nicolas Juliette Julien Clara Pierre Mathilde Romain Lucie
    Samir Nadia Karim Fatima Mehdi Yasmine Aïcha Moussa Linh Mei Ana João Sofia Marco Elena Ivan Olga Erwan Maëlle Gwenaëlle
    Yann Sylvie Bernard Monique Michel Françoise Alain Martine Philippe Isabelle Patrick Nathalie Laurent Valérie Christophe
    Sandrine Stéphane Céline Olivier Delphine Sébastien Aurélie Vincent Élodie Guillaume
""".split()
LAST_NAMES = """
    Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre Leroy Roux David Bertrand Morel
    Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Muller Faure André Mercier Blanc Guérin Boyer Garnier
    Chevalier François Legrand Gauthier Garcia Perrin Robin Clément Morin Nicolas Henry Roussel Mathieu Gautier Masson Marchand
    Duval Denis Dumont Marie Lemaire Noël Meyer Dufour Meunier Brun Blanchard Giraud Joly Rivière Lucas Brunet Gaillard Barbier
    Arnaud Martinez Gérard Roche Renard Schmitt Roy Leroux Colin Vidal Caron Picard Roger Fabre Aubert Lemoine Renaud Dumas
    Lacroix Olivier Philippe Bourgeois Pierre Benoît Rey Leclerc Payet Rolland Leclercq Guillaume Lecomte Benali Haddad Nguyen
    Diallo Traoré Da-Silva Ferreira Rossi Kowalski Le-Gall Le-Goff Kermarrec
""".split()
STREETS = """
    rue_Victor-Hugo rue_Jean-Jaurès rue_Pasteur rue_des_Lilas rue_de_la_Gare rue_du_Moulin avenue_de_la_République rue_Voltaire
    rue_des_Écoles rue_du_Château rue_Gambetta boulevard_Carnot rue_de_la_Paix rue_des_Fleurs rue_du_Marché rue_Émile-Zola
    allée_des_Tilleuls rue_Molière rue_des_Jardins chemin_des_Vignes rue_Saint-Michel place_de_la_Liberté rue_Jules-Ferry
    rue_du_Stade impasse_des_Acacias rue_Lamartine avenue_du_Général-Leclerc rue_des_Tanneurs rue_Marcel-Pagnol quai_des_Brumes
""".split()
# City and postcode around each shop, by the code of its warehouse: the first three in the city itself
PLACES = {
    "PAR": (("Paris", "75011"), ("Paris", "75003"), ("Paris", "75018"), ("Montreuil", "93100"), ("Vincennes", "94300")),
    "LYO": (("Lyon", "69002"), ("Lyon", "69007"), ("Lyon", "69003"), ("Villeurbanne", "69100"), ("Oullins", "69600")),
    "MAR": (
        ("Marseille", "13001"),
        ("Marseille", "13006"),
        ("Marseille", "13008"),
        ("Aubagne", "13400"),
        ("Cassis", "13260"),
    ),
    "LIL": (("Lille", "59000"), ("Lille", "59800"), ("Lille", "59160"), ("Roubaix", "59100"), ("Lambersart", "59130")),
    "BOR": (
        ("Bordeaux", "33000"),
        ("Bordeaux", "33800"),
        ("Bordeaux", "33200"),
        ("Mérignac", "33700"),
        ("Talence", "33400"),
    ),
    "NAN": (("Nantes", "44000"), ("Nantes", "44100"), ("Nantes", "44200"), ("Rezé", "44400"), ("Orvault", "44700")),
}
# What numbers begin with around each shop: those that France keeps for films and novels, so nobody has them. Its mobile
# ones, 06 39 98, are none in the eyes of the library that Odoo asks: nobody would be found by them, nor get a text message.
PHONES = {"PAR": "1 99 00", "LYO": "4 65 71", "MAR": "4 65 71", "LIL": "3 53 01", "BOR": "5 36 49", "NAN": "2 61 91"}
SPREAD = 0.045  # degrees around the shop: about five kilometres


class Customer(NamedTuple):
    """``home`` is the shop's warehouse nearby; ``store``, ``web`` and ``phone``: how much they buy there."""

    partner: object
    home: object
    store: float
    web: float
    phone: float


def create(env, random, shops):
    """Create the customers around ``shops`` (warehouses), the biggest first; return :class:`Customer`."""
    french = env.ref("base.fr")
    homes = random.choices(shops, [len(shops) + 2 - rank for rank in range(len(shops))], k=COUNT)
    used, values = set(), []
    for number, home in enumerate(homes):
        while (name := (random.choice(FIRST_NAMES), random.choice(LAST_NAMES).replace("-", " "))) in used:
            pass
        used.add(name)
        city, postcode = random.choice(PLACES[home.code])
        values.append(
            {
                "name": " ".join(name),
                "email": f"{_ascii('.'.join(name))}@example.com",
                "phone": phone(home.code, number),
                "street": f"{random.randint(1, 120)} {random.choice(STREETS).replace('_', ' ')}",
                "zip": postcode,
                "city": city,
                "country_id": french.id,
                "lang": "fr_FR" if random.random() < 0.85 else "en_US",
                "tz": "Europe/Paris",
                "partner_latitude": home.partner_id.partner_latitude + random.gauss(0, SPREAD / 2),
                "partner_longitude": home.partner_id.partner_longitude + random.gauss(0, SPREAD / 2),
            }
        )
    partners = env["res.partner"].create(values)
    _create_accounts(env, partners[: int(COUNT * ACCOUNTS)])
    found = [Customer(partner, home, *_habits(random)) for partner, home in zip(partners, homes, strict=True)]
    shopper = env.ref("omni_base.demo_partner_shopper", raise_if_not_found=False)
    if shopper:
        shopper.lang = "fr_FR"
        found.append(Customer(shopper, shops[0], 6.0, 8.0, 0.0))
    return found


def phone(code, number):
    """Return the phone number of the customer with this number, who lives around the shop with this code."""
    return f"+33 {PHONES[code]} {20 + number // 100} {number % 100:02d}"


def date_back(env, customers, first_seen):
    """Make each customer known from a while before they first bought: ``first_seen``: ``{partner id: moment}``."""
    for customer in customers:
        if moment := first_seen.get(customer.partner.id):
            env.cr.execute(
                "UPDATE res_partner SET create_date = %s WHERE id = %s",
                (moment - timedelta(minutes=15), customer.partner.id),
            )
    env.invalidate_all()


def _create_accounts(env, partners):
    """Give customers an account on the web shop, without a password: nobody logs in as them."""
    portal = env.ref("base.group_portal")
    env["res.users"].with_context(no_reset_password=True).create(
        [
            {"partner_id": partner.id, "login": partner.email, "group_ids": [(6, 0, portal.ids)], "lang": partner.lang}
            for partner in partners
        ]
    )


def _habits(random):
    """Return how much one buys in store, on the web and by phone: most keep to one, many use two."""
    weight = random.lognormvariate(0, 0.8)
    kind = random.random()
    store = weight if kind < 0.75 else 0.0
    web = weight * random.uniform(0.4, 1.6) if kind > 0.35 else 0.0
    phone = weight if random.random() < 0.1 else 0.0
    return store, web, phone


def _ascii(text):
    plain = text.lower().translate(str.maketrans("àâäçéèêëîïôöùûüÿã", "aaaceeeeiioouuuya")).replace(" ", "-")
    return "".join(sign for sign in plain if sign.isascii())
