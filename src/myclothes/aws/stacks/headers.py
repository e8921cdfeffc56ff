"""What browsers are told with every answer, so that the bucket's answers are as guarded as an instance's."""

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from constructs import Construct

from myclothes.kernel.web.security import security_headers

HEADERS = {name.decode(): value.decode() for name, value in security_headers(secure=True)}
KNOWN = {
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "strict-transport-security",
}
"""Those that CloudFront sets by settings of their own only."""


def headers(scope: Construct) -> cloudfront.ResponseHeadersPolicy:
    transport = HEADERS["strict-transport-security"].partition(";")[0]
    return cloudfront.ResponseHeadersPolicy(
        scope,
        "Headers",
        comment="As the shop itself sets them",
        security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
            content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                content_security_policy=HEADERS["content-security-policy"], override=True
            ),
            content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
            referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                referrer_policy=cloudfront.HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN, override=True
            ),
            strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                access_control_max_age=cdk.Duration.seconds(int(transport.removeprefix("max-age="))),
                include_subdomains="includeSubDomains" in HEADERS["strict-transport-security"],
                override=True,
            ),
        ),
        custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
            custom_headers=[
                cloudfront.ResponseCustomHeader(header=name, value=value, override=True)
                for name, value in HEADERS.items()
                if name not in KNOWN
            ]
        ),
    )
