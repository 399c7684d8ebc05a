"""A rolling window of 120 calls a minute at the server, and two runs at once against it."""

from premises import Home, Shop

with Shop(70, limit=120) as shop, Home(f"http://127.0.0.1:{shop.port}") as home:
    home.run("sync", status=0)
    assert home.status()["quota"]["limit"] == 120
    first = home.start("tag", "--all", "--add", "one")
    second = home.start("tag", "--all", "--add", "other")
    assert [first.wait(), second.wait()] == [0, 0]
    statuses = shop.statuses("add-tag")
    assert 429 not in statuses, statuses
    assert all(sorted(c["tags"]) == ["old", "one", "other"] for c in shop.contacts())
print("two runs keep to a rolling window together")
