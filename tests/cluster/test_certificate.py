"""The cluster's own certificate is kept, renewed when it no longer fits, and of no use for other sites."""

import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from myclothes.cluster import certificate as module
from myclothes.cluster.certificate import certificate


def test_it_is_made_once(tmp_path: Path) -> None:
    first = certificate(tmp_path / "tls", ["10.1.1.1"])
    before = first.ca.read_bytes(), first.chain.read_bytes()
    again = certificate(tmp_path / "tls", ["10.1.1.1"])
    assert (again.ca.read_bytes(), again.chain.read_bytes()) == before


def test_another_address_needs_another_certificate_of_the_same_authority(tmp_path: Path) -> None:
    first = certificate(tmp_path / "tls", ["10.1.1.1"])
    ca, chain = first.ca.read_bytes(), first.chain.read_bytes()
    certificate(tmp_path / "tls", ["10.1.1.1", "10.2.1.1"])
    assert first.ca.read_bytes() == ca
    assert first.chain.read_bytes() != chain


def test_it_is_renewed_before_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DAYS", 29)
    first = certificate(tmp_path / "tls", [])
    chain = first.chain.read_bytes()
    monkeypatch.setattr(module, "DAYS", 397)
    assert certificate(tmp_path / "tls", []).chain.read_bytes() != chain


def test_keys_are_for_the_owner_only(tmp_path: Path) -> None:
    made = certificate(tmp_path / "tls", [])
    assert (tmp_path / "tls").stat().st_mode & 0o077 == 0
    assert all((tmp_path / "tls" / name).stat().st_mode & 0o077 == 0 for name in ("ca.key", made.chain.name))
    load_pem_private_key(made.chain.read_bytes(), None)
    ssl.create_default_context(cafile=str(made.ca))


def test_the_authority_vouches_for_this_machine_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = certificate(tmp_path / "tls", ["10.1.1.1"])
    assert openssl_verifies(made.ca, made.chain)
    monkeypatch.setattr(module, "NAMES", ("bank.example",))
    made.chain.unlink()
    certificate(tmp_path / "tls", ["10.1.1.1"])
    assert "bank.example" in names(made.chain)
    assert not openssl_verifies(made.ca, made.chain)


def names(chain: Path) -> list[str]:
    found = x509.load_pem_x509_certificate(chain.read_bytes())
    return found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)


def openssl_verifies(ca: Path, chain: Path) -> bool:
    """By a TLS handshake in memory: the ssl module checks chains nowhere else."""
    server_in, server_out, client_in, client_out = (ssl.MemoryBIO() for _ in range(4))
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(chain)
    client_context = ssl.create_default_context(cafile=str(ca))
    client_context.check_hostname = False
    server = server_context.wrap_bio(server_in, server_out, server_side=True)
    client = client_context.wrap_bio(client_in, client_out)
    for _ in range(4):
        for side, reads, other in ((client, client_out, server_in), (server, server_out, client_in)):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLCertVerificationError:
                return False
            other.write(reads.read())
    return True
