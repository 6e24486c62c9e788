"""A relying party on Authlib, as an agency would write it in Python.

Reads its settings as one line of JSON, writes the address to send the browser to as another, reads the
address that the browser came back to, and writes what it found out. A failure is told by its name.
"""

import json
import sys

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, JsonWebToken
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oidc.core import CodeIDToken


def tell(message):
    print(json.dumps(message), flush=True)


def hear():
    return json.loads(sys.stdin.readline())


def discover(issuer):
    found = requests.get(issuer + "/.well-known/openid-configuration", timeout=10).json()
    if found["issuer"] != issuer:
        raise ValueError("the discovery document is another issuer's")
    return found


def session_of(settings, server):
    method = settings["auth_method"]
    session = OAuth2Session(
        settings["client_id"],
        settings["credential"],
        scope="openid phone",
        redirect_uri=settings["redirect_uri"],
        code_challenge_method="S256",
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
    )
    if method == "private_key_jwt":
        session.register_client_auth_method(PrivateKeyJWT(server["token_endpoint"], alg="ES256"))
    return session


def checked(id_token, server, settings, nonce):
    """OpenID Connect Core 3.1.3.7."""
    keys = JsonWebKey.import_key_set(requests.get(server["jwks_uri"], timeout=10).json())
    claims = JsonWebToken(["ES256"]).decode(
        id_token,
        keys,
        claims_cls=CodeIDToken,
        claims_options={
            "iss": {"essential": True, "value": settings.get("expected_issuer", server["issuer"])},
            "aud": {"essential": True, "value": settings["client_id"]},
            "acr": {"essential": True, "value": settings["acr"]},
        },
        claims_params={"nonce": nonce, "client_id": settings["client_id"]},
    )
    claims.validate(leeway=5)
    return dict(claims)


def is_active(session, server, token):
    return session.introspect_token(server["introspection_endpoint"], token=token).json()["active"]


def main():
    settings = hear()
    server = discover(settings["issuer"])
    session = session_of(settings, server)
    verifier, nonce = generate_token(48), generate_token()
    url, state = session.create_authorization_url(
        server["authorization_endpoint"],
        code_verifier=verifier,
        nonce=nonce,
        acr_values=settings["acr"],
    )
    tell({"url": url})

    first = session.fetch_token(
        server["token_endpoint"],
        authorization_response=hear()["callback"],
        state=state,
        code_verifier=settings.get("code_verifier", verifier),
    )
    claims = checked(first["id_token"], server, settings, nonce)
    userinfo = session.get(server["userinfo_endpoint"]).json()
    second = session.refresh_token(
        server["token_endpoint"], refresh_token=first["refresh_token"]
    )
    token = second["access_token"]
    before = is_active(session, server, token)
    session.revoke_token(server["revocation_endpoint"], token=token)
    tell(
        {
            "claims": claims,
            "userinfo": userinfo,
            "is_refreshed": first["access_token"] != token,
            "active": [before, is_active(session, server, token)],
        }
    )


try:
    main()
except Exception as error:  # The test asks for the name of whatever went wrong.
    tell({"failure": type(error).__name__, "says": str(error)})
