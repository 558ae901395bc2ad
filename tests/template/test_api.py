"""Where vendors deliver: bytes as they were signed, slowed down when too many, logged without secrets."""

from tests.support.stack import Stack


def test_vendors_post_to_their_paths_people_fetch_files_at_another_and_nothing_else_is_open(
    stack: Stack,
) -> None:
    (api,) = stack.of_type("AWS::ApiGateway::RestApi").values()

    assert {path: sorted(methods) for path, methods in api["Body"]["paths"].items()} == {
        "/hooks/{tenant}/{connection}/{token}": ["post"],
        "/hooks/{tenant}/{connection}": ["post"],  # until those of an older version are renewed
        "/files/{token}": ["get", "post"],
    }


def test_there_is_one_stage_and_no_deployment_makes_another(stack: Stack) -> None:
    (stage,) = stack.of_type("AWS::ApiGateway::Stage").values()
    (deployment,) = stack.of_type("AWS::ApiGateway::Deployment").values()

    assert stage["StageName"] == "hub"
    assert "StageName" not in deployment
    assert "StageDescription" not in deployment


def test_only_that_stage_may_invoke_the_functions_and_each_only_for_its_own_path(stack: Stack) -> None:
    permissions = stack.of_type("AWS::Lambda::Permission").values()
    (stage,) = stack.of_type("AWS::ApiGateway::Stage").values()

    assert {permission["Principal"] for permission in permissions} == {"apigateway.amazonaws.com"}
    arns = {
        each["FunctionName"]["Ref"]: each["SourceArn"]["Fn::Sub"].partition("${HookApi}")[2] for each in permissions
    }
    assert arns == {
        "ReceiveFunction": f"/{stage['StageName']}/POST/hooks/*",
        "FilesFunction": f"/{stage['StageName']}/*/files/*",
    }


def test_a_flood_of_webhooks_leaves_the_other_functions_room(stack: Stack) -> None:
    receive = stack.of_type("AWS::Lambda::Function")["ReceiveFunction"]
    parameter = stack.template["Parameters"]["ReceiveConcurrency"]

    assert receive["ReservedConcurrentExecutions"] == {
        "Fn::If": ["ReservesReceive", {"Ref": "ReceiveConcurrency"}, {"Ref": "AWS::NoValue"}]
    }
    assert 0 < parameter["Default"] <= 100
    assert "10 functions" in parameter["Description"], "a new account cannot reserve any"


def test_every_body_arrives_as_the_bytes_that_were_signed(stack: Stack) -> None:
    (api,) = stack.of_type("AWS::ApiGateway::RestApi").values()

    assert api["Body"]["x-amazon-apigateway-binary-media-types"] == ["*/*"]


def test_too_many_deliveries_are_told_to_come_again(stack: Stack) -> None:
    (stage,) = stack.of_type("AWS::ApiGateway::Stage").values()
    (settings,) = stage["MethodSettings"]

    assert settings["ThrottlingRateLimit"] == {"Ref": "HookRatePerSecond"}
    assert settings["ThrottlingBurstLimit"] == {"Ref": "HookBurst"}


def test_the_access_log_holds_neither_headers_nor_query_which_may_hold_secrets(stack: Stack) -> None:
    (stage,) = stack.of_type("AWS::ApiGateway::Stage").values()
    line = stage["AccessLogSetting"]["Format"]

    assert "$context.status" in line
    assert "$context.resourcePath" in line
    for secret in ("header", "querystring", "authorizer", "body", "context.path"):
        assert secret not in line.lower()


def test_an_alarm_rings_when_vendors_get_errors(stack: Stack) -> None:
    (api,) = stack.of_type("AWS::ApiGateway::RestApi").values()
    (alarm,) = [it for it in stack.of_type("AWS::CloudWatch::Alarm").values() if it.get("MetricName") == "5XXError"]

    assert alarm["Dimensions"][0] == {"Name": "ApiName", "Value": api["Name"]}


def test_a_firewall_that_bounds_what_one_address_sends_is_made_only_where_it_is_asked_for(stack: Stack) -> None:
    assert stack.template["Parameters"]["HookRequestsPerAddress"]["Default"] == 0
    assert {stack.whole(name)["Condition"] for name in ("HookFirewall", "HookFirewallPlace")} == {"HasFirewall"}
    (rule,) = stack.of_type("AWS::WAFv2::WebACL")["HookFirewall"]["Rules"]
    limit = {"AggregateKeyType": "IP", "Limit": {"Ref": "HookRequestsPerAddress"}}
    assert (rule["Statement"], rule["Action"]) == ({"RateBasedStatement": limit}, {"Block": {}})
    (stage,) = stack.of_type("AWS::ApiGateway::Stage")
    assert stage in str(stack.of_type("AWS::WAFv2::WebACLAssociation")["HookFirewallPlace"]["ResourceArn"])
