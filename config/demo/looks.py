"""The web shop's looks: language, logo, colours, a home page, and the retailer's own address at the top and bottom."""

import pictures

# Odoo's palette: its main colour, the second, and three grounds from light to dark
COLOURS = {
    "o-color-1": pictures.BRAND,
    "o-color-2": "#e8a33d",
    "o-color-3": "#f4f1ea",
    "o-color-4": "#ffffff",
    "o-color-5": "#23302f",
}
PALETTE = "/website/static/src/scss/options/colors/user_color_palette.scss"

FRENCH = {
    "Dressed for the wind": "Habillés pour le vent",
    "Clothes and gear for the city and the paths beyond it.": "Vêtements et équipement pour la ville et les sentiers au-delà.",
    "Visit the shop": "Voir la boutique",
    "Our shops": "Nos boutiques",
    "Order here, collect in the shop near you.": "Commandez ici, retirez dans la boutique près de chez vous.",
    "About us": "Qui sommes-nous",
    "Six shops, one web shop and one idea: clothes and gear that last, whichever way the wind blows.": (
        "Six boutiques, un site et une idée : des vêtements et du matériel qui durent, d'où que vienne le vent."
    ),
    "Write to us": "Écrivez-nous",
}

HOME = """
    <t t-name="website.homepage">
        <t t-call="website.layout">
            <t t-set="pageName" t-value="'homepage'"/>
            <div id="wrap" class="oe_structure">
                <section class="position-relative overflow-hidden">
                    <img src="{banner}" alt="" class="d-block w-100" style="height: 24rem; object-fit: cover;"/>
                    <div class="position-absolute top-0 start-0 end-0 pt64">
                        <div class="container">
                            <h1 class="display-4 fw-bold">Dressed for the wind</h1>
                            <p class="lead">Clothes and gear for the city and the paths beyond it.</p>
                            <a href="/shop" class="btn btn-primary btn-lg">Visit the shop</a>
                        </div>
                    </div>
                </section>
                <section class="container pt48 pb32">
                    <div class="row row-cols-2 row-cols-md-4 g-4">{tiles}</div>
                </section>
                <section class="container pt16 pb64">
                    <h2>Our shops</h2>
                    <p>Order here, collect in the shop near you.</p>
                    <div class="row row-cols-2 row-cols-lg-6 g-3">{shops}</div>
                </section>
            </div>
        </t>
    </t>
"""
TILE = """
    <div class="col">
        <a href="/shop/category/{id}" class="d-block text-decoration-none text-reset">
            <img src="/web/image/product.public.category/{id}/image_512" alt="" class="w-100 rounded"/>
            <h5 class="mt-2 mb-0">{name}</h5>
        </a>
    </div>
"""
SHOP = """
    <div class="col">
        <h6 class="mb-1">{city}</h6>
        <small class="d-block">{street}</small>
        <small class="d-block">{zip} {city}</small>
        <small class="d-block text-muted text-nowrap">{phone}</small>
    </div>
"""
FOOTER = """
    <data>
        <xpath expr="//div[@id='footer']" position="replace">
            <div id="footer" class="oe_structure oe_structure_solo border text-break" t-ignore="true" t-if="not no_footer">
                <section class="container pt40 pb32">
                    <div class="row g-4">
                        <div class="col-lg-6">
                            <h5>About us</h5>
                            <p>Six shops, one web shop and one idea: clothes and gear that last, whichever way the wind blows.</p>
                        </div>
                        <div class="col-lg-4 offset-lg-2">
                            <h5>Write to us</h5>
                            <div><a href="mailto:{email}">{email}</a></div>
                            <div><a href="tel:{phone}">{phone}</a></div>
                        </div>
                    </div>
                </section>
            </div>
        </xpath>
    </data>
"""


def dress(env, categories, shops):
    """Dress the web shop; ``categories``: ``product.public.category``, ``shops``: warehouses with their address."""
    website = env["website"].search([], order="id", limit=1)
    company = website.company_id
    website.logo = company.logo = pictures.named("logo.png")
    env["website.assets"].with_context(website_id=website.id).make_scss_customization(PALETTE, COLOURS)
    banner = env["ir.attachment"].create(
        {"name": "banner.svg", "datas": pictures.named("banner.svg"), "mimetype": "image/svg+xml", "public": True}
    )
    fields = ("street", "zip", "city", "phone")
    home = HOME.format(
        banner=banner.image_src or f"/web/image/{banner.id}",
        tiles="".join(TILE.format(id=category.id, name=category.name) for category in categories),
        shops="".join(SHOP.format(**{name: shop.partner_id[name] for name in fields}) for shop in shops),
    )
    _write(env, website, "website.homepage", lambda arch: home, categories)
    _write(env, website, "website.footer_custom", lambda arch: FOOTER.format(email=company.email, phone=company.phone))
    for key in ("website.header_text_element", "website.contactus", "website.footer_copyright_company_name"):
        _write(env, website, key, lambda arch: _own_address(arch, company))


def _own_address(arch, company):
    """Put the company's address in place of the one that Odoo makes up."""
    for made_up, own in {
        "+1 555-555-5556": company.phone,
        "info@yourcompany.example.com": company.email,
        "Company name": company.name,
        "3575 Fake Buena Vista Avenue": f"{company.street}, {company.zip} {company.city}",
    }.items():
        arch = arch.replace(made_up, own)
    return arch


def _write(env, website, key, change, categories=()):
    """Change a view of the website, and say its new words in French."""
    view = website.with_context(website_id=website.id).viewref(key).with_context(website_id=website.id, lang="en_US")
    view.arch = change(view.arch)
    view = env["ir.ui.view"].search([("key", "=", key), ("website_id", "=", website.id)], limit=1) or view
    words = FRENCH | {category.name: category.with_context(lang="fr_FR").name for category in categories}
    view.update_field_translations("arch_db", {"fr_FR": words})
