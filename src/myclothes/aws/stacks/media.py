"""CloudFront before everything, and a bucket behind it for pictures and static files.

The whole shop goes through CloudFront, since its pages take pictures and styles from their own host only. Pages are
never kept there: they are personal. Pictures and static files have their content in their name, so they are kept for a
year. They come from the bucket, which `deploy` fills; and from an instance if the bucket does not have them, as the
merchant's photos, or does not answer.
"""

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from constructs import Construct

from myclothes.aws.config import CLOUDFRONT_REGION, Config
from myclothes.aws.deploy import MEDIA_BUCKET
from myclothes.aws.stacks.buckets import log_bucket, media_bucket
from myclothes.aws.stacks.edge import hosted_zone
from myclothes.aws.stacks.firewall import firewall
from myclothes.aws.stacks.headers import headers
from myclothes.aws.stacks.outputs import output

KEPT = ("/static/*", "/pictures/*")
ELSEWHERE = [403, 404, 500, 502, 503, 504]
"""Answers of the bucket after which an instance is asked. Who may not list a bucket gets 403 for what is not there."""


class Media(cdk.Stack):
    """`address` is the balancer's name, where no domain leads to it. With a domain this stack stands in `us-east-1`,
    since CloudFront takes certificates from nowhere else.
    """

    def __init__(self, scope: Construct, config: Config, address: str | None, **options: object) -> None:
        super().__init__(scope, f"{config.name}-media", **options)
        logs = log_bucket(self, "Logs", config)
        self.bucket = media_bucket(self, "Bucket", config, logs)
        zone = hosted_zone(self, config)
        certificate = (
            acm.Certificate(
                self, "Certificate", domain_name=config.domain, validation=acm.CertificateValidation.from_dns(zone)
            )
            if zone is not None and config.domain is not None
            else None
        )
        shop = self._shop(config, address)
        kept = cloudfront.BehaviorOptions(
            origin=origins.OriginGroup(
                primary_origin=origins.S3BucketOrigin.with_origin_access_control(self.bucket),
                fallback_origin=shop,
                fallback_status_codes=ELSEWHERE,
            ),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
            response_headers_policy=headers(self),
            compress=True,
        )
        # Firewalls of CloudFront's stand where its certificates do.
        walled = config.waf and config.cdn_region == CLOUDFRONT_REGION
        wall = firewall(self, config, at="CLOUDFRONT", limit=True) if walled else None
        self.distribution = cloudfront.Distribution(
            self,
            "Distribution",
            web_acl_id=wall.attr_arn if wall is not None else None,
            comment=f"{config.name}: pictures near shoppers",
            default_behavior=cloudfront.BehaviorOptions(
                origin=shop,
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
                cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
                # The host as well: the shop compares it with where a form came from.
                origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER,
                compress=False,
            ),
            additional_behaviors=dict.fromkeys(KEPT, kept),
            domain_names=[config.domain] if certificate is not None and config.domain else None,
            certificate=certificate,
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            price_class=cloudfront.PriceClass.PRICE_CLASS_ALL,
            enable_logging=True,
            log_bucket=logs,
            log_file_prefix="cloudfront/",
        )
        if zone is not None and config.domain is not None:
            to_cdn = route53.RecordTarget.from_alias(targets.CloudFrontTarget(self.distribution))
            route53.ARecord(self, "Name", zone=zone, record_name=config.domain, target=to_cdn)
            route53.AaaaRecord(self, "Name6", zone=zone, record_name=config.domain, target=to_cdn)
        output(self, MEDIA_BUCKET, self.bucket.bucket_name, "Pictures and static files")
        output(self, "CdnAddress", self.distribution.distribution_domain_name, "CloudFront's own name")

    def _shop(self, config: Config, address: str | None) -> origins.HttpOrigin:
        encrypted = config.domain is not None
        return origins.HttpOrigin(
            config.origin_domain or address or "",
            protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY
            if encrypted
            else cloudfront.OriginProtocolPolicy.HTTP_ONLY,
            origin_ssl_protocols=[cloudfront.OriginSslPolicy.TLS_V1_2],
            keepalive_timeout=cdk.Duration.seconds(30),
            read_timeout=cdk.Duration.seconds(30),
            connection_attempts=3,
            connection_timeout=cdk.Duration.seconds(3),
        )
