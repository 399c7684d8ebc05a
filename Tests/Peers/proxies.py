"""nginx between: TLS of an authority of one's own, a limiter, a redirector, a maker of HTML."""

import pathlib
import shutil
import subprocess
import tempfile

from premises import Home, Shop, free_port, is_listening, wait_for

CONFIGURATION = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.key;
  limit_req_zone $server_port zone=calls:1m rate=60r/s;
  server {{ listen 127.0.0.1:{tls} ssl; location / {{ proxy_pass http://127.0.0.1:{shop}; }} }}
  server {{
    listen 127.0.0.1:{other} ssl;
    ssl_certificate {folder}/other.pem; ssl_certificate_key {folder}/other.key;
    location / {{ proxy_pass http://127.0.0.1:{shop}; }}
  }}
  server {{
    listen 127.0.0.1:{limited} ssl;
    limit_req zone=calls burst=5 nodelay; limit_req_status 429; error_page 429 = @full;
    location / {{ proxy_pass http://127.0.0.1:{shop}; }}
    location @full {{ add_header Retry-After 1 always; return 429 '{{"error":"slow down"}}'; }}
  }}
  server {{ listen 127.0.0.1:{moved} ssl; return 302 https://127.0.0.1:{tls}$request_uri; }}
  server {{ listen 127.0.0.1:{dead} ssl; location / {{ proxy_pass http://127.0.0.1:{nobody}; }} }}
}}
"""


def certificates(folder):
    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Ours",
            "-days", "2")
    for name, subject in (("server", "IP:127.0.0.1"), ("other", "DNS:other.example")):
        openssl("req", *key, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", "/CN=shop")
        (folder / "names").write_text(f"subjectAltName={subject}\n")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-out", f"{name}.pem", "-days", "2", "-extfile", "names")


def trusts_only_what_it_is_told(tls, other, trusted):
    with Home(f"https://127.0.0.1:{tls}") as home:
        told = home.run("profile", "test", "shop", status=69)
        assert "no trust in the connection" in told.stderr, told
    with Home(f"https://localhost:{other}", **trusted) as home:
        told = home.run("profile", "test", "shop", status=69)
        assert "no trust in the connection" in told.stderr, told
    with Home(f"https://127.0.0.1:{tls}", **trusted) as home:
        home.run("profile", "test", "shop", status=0)
        assert home.run("list", "--format", "jsonl", status=0).stdout.count("\n") == 120


def a_limiter_is_kept_to(shop, limited, trusted):
    with Home(f"https://127.0.0.1:{limited}", **trusted) as home:
        told = home.run("tag", "--all", "--add", "limited", status=0)
        assert told.stdout == "120 changed\n", told
    assert all(c["tags"] == ["old", "limited"] for c in shop.contacts())
    assert shop.statuses("add-tag") == [200] * 120, "nothing was sent twice"


def a_redirect_is_not_followed(folder, moved, trusted):
    seen = (folder / "access.log").read_text()
    with Home(f"https://127.0.0.1:{moved}", **trusted) as home:
        told = home.run("show", "id1", status=65)
        assert "a redirect to https://127.0.0.1" in told.stderr, told
        told = home.run("update", "id1", "--name", "X", status=75)
        assert "queued, not sent yet" in told.stderr, told
    new = (folder / "access.log").read_text().removeprefix(seen)
    assert new.count(" 302 ") == new.count("\n") > 0, new


def a_page_in_place_of_the_server_loses_nothing(shop, tls, dead, trusted):
    with Home(f"https://127.0.0.1:{tls}", **trusted) as home:
        home.run("sync", status=0)
        home.lead_to(f"https://127.0.0.1:{dead}", **trusted)
        # The address is another one now, so what is known belongs to the old one.
        told = home.run("update", "id2", "--name", "Kept", status=75)
        assert "failed (502)" in told.stderr, told
        home.lead_to(f"https://127.0.0.1:{tls}", **trusted)
        home.run("sync", status=0)
    assert [c["name"] for c in shop.contacts() if c["id"] == "id2"] == ["Kept"]


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="patchbook-nginx-"))
    certificates(folder)
    names = ["tls", "other", "limited", "moved", "dead", "nobody"]
    ports = {name: free_port() for name in names}
    trusted = {"ca_file": str(folder / "ca.pem")}
    with Shop(120) as shop:
        (folder / "nginx.conf").write_text(
            CONFIGURATION.format(folder=folder, shop=shop.port, **ports))
        nginx = subprocess.Popen(
            ["nginx", "-p", folder, "-c", folder / "nginx.conf"], stderr=subprocess.DEVNULL)
        try:
            wait_for(lambda: is_listening(ports["dead"]), "nginx")
            trusts_only_what_it_is_told(ports["tls"], ports["other"], trusted)
            a_limiter_is_kept_to(shop, ports["limited"], trusted)
            a_redirect_is_not_followed(folder, ports["moved"], trusted)
            a_page_in_place_of_the_server_loses_nothing(
                shop, ports["tls"], ports["dead"], trusted)
        finally:
            nginx.terminate()
            nginx.wait()
            shutil.rmtree(folder)
    print("nginx: TLS, limiter, redirect and 502")


main()
