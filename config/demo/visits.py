"""What visitors of the web shop leave behind: products looked at, favourites, baskets."""

from datetime import timedelta

VISITS = 260
FAVOURITES = 110
BASKETS = 24
PAGES = (1, 2, 3, 4, 6, 9)


def leave(env, clock, plan, orders, customers):
    """Write visits, favourites and open baskets of the last weeks."""
    templates = env["product.template"].browse(dict.fromkeys(article.template for article in plan.articles))
    people = [customer for customer in customers if customer.web]
    chosen = plan.random.choices(people, [customer.web for customer in people], k=VISITS)
    _visit(
        env, clock, plan, [customer.partner if plan.random.random() < 0.55 else None for customer in chosen], templates
    )
    _favour(env, plan, orders.website, chosen[:FAVOURITES])
    for number in range(BASKETS):
        hours = plan.random.uniform(0.3, 30) if number < BASKETS / 3 else plan.random.uniform(30, 400)
        moment = clock.now - timedelta(hours=hours)
        clock.set(moment)
        orders.draft(plan.purchase("web", moment), None)


def _visit(env, clock, plan, partners, templates):
    """Write a visitor for each partner (None: nobody knows who it was) and the pages that they saw."""
    page = {
        template.id: {"url": template.website_url, "product_id": template.product_variant_id.id}
        for template in templates
    }
    known = list(dict.fromkeys(partner for partner in partners if partner))
    tokens = [
        partner.id if partner else f"{plan.random.getrandbits(128):032x}"
        for partner in known + [None] * partners.count(None)
    ]
    visitors = env["website.visitor"].create(
        [
            {
                "access_token": str(token),
                "website_id": 1,
                "country_id": env.ref("base.fr").id,
                "timezone": "Europe/Paris",
            }
            for token in tokens
        ]
    )
    rows = []
    for visitor in visitors:
        moment = clock.now - timedelta(days=plan.random.expovariate(1 / 12), minutes=plan.random.randrange(600))
        for number in range(plan.random.choice(PAGES)):
            item = plan.purchase("web", moment).items[0]
            rows.append(
                {
                    "visitor_id": visitor.id,
                    "visit_datetime": moment + timedelta(minutes=3 * number),
                    **page[item.article.template],
                }
            )
    env["website.track"].create(rows)


def _favour(env, plan, website, customers):
    wanted = {}
    for customer in customers:
        article = plan.random.choice(plan.articles)
        wanted[customer.partner.id, article.id] = {
            "partner_id": customer.partner.id,
            "product_id": article.id,
            "website_id": website.id,
            "pricelist_id": website.pricelist_ids[:1].id,
            "currency_id": website.currency_id.id,
            "price": article.price,
        }
    env["product.wishlist"].create(list(wanted.values()))
