"""Buyers while 400,000 changes wait to be folded, while they are folded, and after a mass update and a repair."""

import time

from crowd import crowd, percentile
from dataset import ensure

CHANGES = 400_000
BUYERS = 4
SECONDS = 20  # that buyers go on before and after; while it is folded, until it is


def run(env):
    """Print how long holds waited and how many failed: with nothing to fold, with much, and while it is folded."""
    products, stores = ensure(env)
    env["omni.promise"]._cron_settle()
    print(f"holds of {BUYERS} buyers at once, milliseconds")
    print(f"{'':<34}{'holds':>8}{'p50':>8}{'p99':>8}{'max':>8}{'failed':>8}")
    _show(env, "nothing waits", [], products, stores)
    _update(env, products)
    print(f"  {_waiting(env)} changes wait")
    _show(env, "much waits", [], products, stores)
    _show(env, "much is folded", [_settle], products, stores)
    print(f"  {_waiting(env)} changes wait")
    env.cr.execute("UPDATE omni_promise SET free = free + 1, held = held + 1 WHERE product_id = ANY(%s)", [products])
    env.cr.commit()
    _show(env, "all of it is repaired", [_repair], products, stores)
    _show(env, "what was repaired is folded", [_settle], products, stores)
    print(f"  {_waiting(env)} changes wait, {len(env['omni.availability'].audit())} differences")


def _update(env, products):
    """One statement that changes 400,000 quants."""
    env.cr.execute(
        "UPDATE stock_quant SET quantity = quantity + 1 WHERE id IN"
        " (SELECT id FROM stock_quant WHERE product_id = ANY(%s) ORDER BY id LIMIT %s)",
        [products, CHANGES],
    )
    env.cr.commit()


def _waiting(env):
    env.cr.execute("SELECT count(*) FROM omni_promise_change")
    [count] = env.cr.fetchone()
    env.cr.commit()
    return count


def _settle(env):
    env["omni.promise"]._cron_settle()


def _repair(env):
    env["omni.availability"].repair()


def _show(env, name, works, products, stores):
    """Let buyers hold until these works are done, and print how long each of their holds took."""
    owners = env["res.partner"].create([{"name": "Buyer"}] * BUYERS).ids
    env.cr.execute("CREATE TABLE IF NOT EXISTS bench_done (at timestamp)")
    env.cr.execute("DELETE FROM bench_done")
    env.cr.commit()

    def to_the_end(work):
        def run_to_the_end(env):
            start = time.monotonic()
            work(env)
            env.cr.execute("INSERT INTO bench_done VALUES (now())")
            return [time.monotonic() - start]

        return run_to_the_end

    def buyer(number):
        def buy(env):
            waits, failed, end = [], 0, time.monotonic() + SECONDS
            taken = number
            while time.monotonic() < end or works and not _done(env):
                product = products[taken * 7919 % len(products)]
                store = stores[taken * 31 % len(stores)]
                start = time.perf_counter()
                try:
                    env["omni.availability"].hold(env["res.partner"].browse(owners[number]), [(product, store, 1)])
                    env.cr.commit()
                except Exception as error:
                    env.cr.rollback()
                    failed += type(error).__name__ != "OutOfStock"
                waits.append(time.perf_counter() - start)
                taken += BUYERS
                time.sleep(0.005)
            return waits, failed

        return buy

    outcomes, _wall = crowd(env, [*map(to_the_end, works), *map(buyer, range(BUYERS))], processes=BUYERS + len(works))
    broken = [outcome for outcome, _seconds in outcomes if isinstance(outcome, str)]
    rows = [outcome for outcome, _seconds in outcomes[len(works) :] if not isinstance(outcome, str)]
    waits = [wait for some, _failed in rows for wait in some]
    failed = sum(failures for _some, failures in rows) + len(broken)
    figures = [1000 * percentile(waits, 0.5), 1000 * percentile(waits, 0.99), 1000 * max(waits)]
    print(f"{name:<34}{len(waits):>8}{figures[0]:>8.1f}{figures[1]:>8.1f}{figures[2]:>8.1f}{failed:>8}", *broken)
    for outcome, _seconds in outcomes[: len(works)]:
        print(f"  done in {outcome[0]:.1f} s" if not isinstance(outcome, str) else f"  {outcome}")
    for owner in owners:
        env["omni.availability"].release(env["res.partner"].browse(owner))
    env.cr.commit()


def _done(env):
    env.cr.execute("SELECT FROM bench_done")
    done = env.cr.rowcount
    env.cr.commit()
    return bool(done)
