"""TLS without anybody's help: an authority of the cluster's own, and the certificate of its balancers.

Kept in a folder, so that whoever decides to trust `ca` has to do so once. The authority can vouch for this machine,
private addresses and `.localhost` names only; stolen, it is of no use for any other site.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from myclothes.engines.whole_file import write_whole

NAMES = ("localhost", "myclothes.localhost")
NETWORKS = ("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8")
AUTHORITY_DAYS, DAYS, RENEW_DAYS = 3_650, 397, 30
"""397 days are the most that browsers accept."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """`ca` is for clients to trust; `chain` is the balancers' certificate with its private key."""

    ca: Path
    chain: Path


def certificate(folder: Path, addresses: Iterable[str]) -> Certificate:
    """Find the certificate for `addresses` (and this machine's own) in `folder`, or make it. Raises `OSError`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    wanted = {"127.0.0.1", "::1", *addresses}
    found = Certificate(folder / "ca.pem", folder / "server.pem")
    if not (folder / "ca.key").exists() or not found.ca.exists() or _ends_soon(found.ca):
        _make_authority(folder)
        found.chain.unlink(missing_ok=True)
    if not found.chain.exists() or _ends_soon(found.chain) or not wanted <= _addresses(found.chain):
        _make_certificate(folder, wanted)
    return found


def _make_authority(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"MyClothes cluster in {folder.parent.name}"[:64])])
    permitted = [x509.DNSName("localhost"), *(x509.IPAddress(ip_network(network)) for network in NETWORKS)]
    made = (
        _begun(name, name, key, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .sign(key, hashes.SHA256())
    )
    write_whole(folder / "ca.key", _pem(key))
    write_whole(folder / "ca.pem", made.public_bytes(serialization.Encoding.PEM), mode=0o644)


def _make_certificate(folder: Path, addresses: Iterable[str]) -> None:
    authority = _read(folder / "ca.pem")
    authority_key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
    assert isinstance(authority_key, ec.EllipticCurvePrivateKey)  # noqa: S101
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "MyClothes")])
    alternatives = [
        *(x509.DNSName(name) for name in NAMES),
        *(x509.IPAddress(ip_address(address)) for address in sorted(addresses)),
    ]
    made = (
        _begun(name, authority.subject, key, DAYS)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    write_whole(folder / "server.pem", made.public_bytes(serialization.Encoding.PEM) + _pem(key))


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _ends_soon(path: Path) -> bool:
    return _read(path).not_valid_after_utc < datetime.now(UTC) + timedelta(days=RENEW_DAYS)


def _addresses(path: Path) -> set[str]:
    names = _read(path).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(address) for address in names.get_values_for_type(x509.IPAddress)}


def _read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
