"""Tokens that the server revokes: the client asks for another one with the claims of the challenge."""

import asyncio
import base64
import json
import os
import ssl
from urllib.request import Request, urlopen

from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ClientSecretCredential
from azure.keyvault.keys import KeyClient
from azure.keyvault.keys.aio import KeyClient as AsyncKeyClient
from identity_cases import SERVICE_PRINCIPAL, environment
from scene import case, equal


def revoke(scene, url, **fault):
    """Queues the fault with the control API of a server: the next request's token is revoked."""
    body = json.dumps({"claimsChallenge": True, **fault}).encode()
    request = Request(f"{url}/control/faults", body, {"content-type": "application/json"})
    with urlopen(request, context=ssl.create_default_context(cafile=scene.ca)) as response:
        equal(response.status, 200)


class Recorded:
    """A credential that remembers the claims that it was asked for, and the tokens that it gave."""

    def __init__(self, credential):
        self.credential = credential
        self.claims = []
        self.tokens = []

    def get_token(self, *scopes, claims=None, **options):
        self.claims.append(claims)
        token = self.credential.get_token(*scopes, claims=claims, **options)
        self.tokens.append(token.token)
        return token


def payload(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


@case("a revoked token is renewed with the claims of the challenge")
def _(scene):
    with environment(scene, SERVICE_PRINCIPAL):
        credential = Recorded(ClientSecretCredential("adfs", os.environ["AZURE_CLIENT_ID"], "any"))
        client = KeyClient(scene.identity_url, credential, **scene.options)
        client.create_ec_key(scene.name())
        revoke(scene, scene.identity_url)
        equal(client.create_ec_key(scene.name()).key_type, "EC-HSM")
        asked = [json.loads(claims) for claims in credential.claims if claims]
        equal([list(each["access_token"]) for each in asked], [["nbf"]])
        old, new = credential.tokens[0], credential.tokens[-1]
        equal(old == new, False)
        equal(payload(new)["nbf"] >= int(asked[0]["access_token"]["nbf"]["value"]), True)
        equal(payload(new)["xms_cc"], ["CP1"])


@case("a token that is revoked right after the plain challenge is renewed")
def _(scene):
    with environment(scene, SERVICE_PRINCIPAL):
        credential = ClientSecretCredential("adfs", os.environ["AZURE_CLIENT_ID"], "any")
        revoke(scene, scene.identity_url)
        client = KeyClient(scene.identity_url, credential, **scene.options)
        equal(client.create_ec_key(scene.name()).key_type, "EC-HSM")


@case("a revoked token of an asynchronous client is renewed")
def _(scene):
    class Credential:
        """The asynchronous credentials of azure-identity 1.23 return the token of their cache, whatever the claims."""

        def __init__(self):
            self.inner = Recorded(ClientSecretCredential("adfs", os.environ["AZURE_CLIENT_ID"], "any"))

        async def get_token(self, *scopes, **options):
            return self.inner.get_token(*scopes, **options)

    async def run():
        async with AsyncKeyClient(scene.identity_url, Credential(), **scene.options) as client:
            await client.create_ec_key(scene.name())
            revoke(scene, scene.identity_url)
            return await client.create_ec_key(scene.name())

    with environment(scene, SERVICE_PRINCIPAL):
        equal(asyncio.run(run()).key_type, "EC-HSM")


@case("a credential that knows no other token gets the 401")
def _(scene):
    with environment(scene, SERVICE_PRINCIPAL):
        token = ClientSecretCredential("adfs", os.environ["AZURE_CLIENT_ID"], "any").get_token(
            "https://localhost/.default"
        )

        class Stubborn:
            def get_token(self, *_, **__):
                return token

        client = KeyClient(scene.identity_url, Stubborn(), **scene.options)
        client.create_ec_key(scene.name())
        revoke(scene, scene.identity_url)
        try:
            client.create_ec_key(scene.name())
        except ClientAuthenticationError as error:
            equal(error.status_code, 401)
            return
        raise AssertionError("the revoked token was accepted")
