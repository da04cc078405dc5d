# Your `lambda/`, bundled by esbuild before (`npm run tf:bundle` in the workshop folder), with a role of its own that may do two
# things: connect to this cluster, and write its log.

data "aws_caller_identity" "me" {}

locals {
  function_name = "${var.function_prefix}transfer"
  logs          = "arn:aws:logs:${var.region}:${data.aws_caller_identity.me.account_id}:log-group:/aws/lambda/${var.function_prefix}*"
  in_vpc        = length(var.subnet_ids) > 0
}

data "archive_file" "bundle" {
  type        = "zip"
  source_dir  = "${path.module}/../build"
  output_path = "${path.module}/../build-${var.region}.zip"
}

data "aws_iam_policy_document" "assume" {
  statement {
    effect  = "Allow"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "function" {
  statement {
    sid    = "ConnectToThisCluster"
    effect = "Allow"
    # Not DbConnectAdmin: the function comes as the database role myapp, which sees what it was granted and no more.
    actions   = ["dsql:DbConnect"]
    resources = [var.cluster_arn]
  }

  # AWS's own AWSLambdaBasicExecutionRole allows this on every log group of the account; here it is those of the workshop.
  statement {
    sid       = "WriteLogsOfTheWorkshop"
    effect    = "Allow"
    actions   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    resources = [local.logs]
  }

  # In a VPC, Lambda lays network interfaces with the function's own role. IAM cannot hold these to less: the Describe calls know no
  # resource, and an interface has no name before it is made (Lambda guide, “Giving functions access to resources in a VPC”).
  dynamic "statement" {
    for_each = local.in_vpc ? [1] : []

    content {
      sid       = "NetworkInterfacesOfTheFunction"
      effect    = "Allow"
      actions   = ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"]
      resources = ["*"]
    }
  }
}

resource "aws_iam_role" "function" {
  # IAM is one for all Regions: the Region is in the name, so that two of them can have one each
  name               = "${var.function_prefix}transfer-${var.region}"
  path               = "/dsql-workshop/"
  description        = "Functions of the DSQL Workshop connect to their cluster as this role"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy" "function" {
  name   = "function"
  role   = aws_iam_role.function.id
  policy = data.aws_iam_policy_document.function.json
}

# The log group is made here and not by Lambda at the first call, so that it has an end: a week for its lines, and itself with the rest.
resource "aws_cloudwatch_log_group" "function" {
  region            = var.region
  name              = "/aws/lambda/${local.function_name}"
  retention_in_days = 7
}

resource "aws_lambda_function" "transfer" {
  region           = var.region
  function_name    = local.function_name
  description      = "Moves money between two accounts"
  role             = aws_iam_role.function.arn
  runtime          = "nodejs22.x"
  handler          = "index.handler"
  filename         = data.archive_file.bundle.output_path
  source_code_hash = data.archive_file.bundle.output_base64sha256
  memory_size      = 512
  timeout          = 30

  environment {
    variables = {
      CLUSTER_ENDPOINT = var.cluster_endpoint
      # stack traces name lines of your TypeScript
      NODE_OPTIONS = "--enable-source-maps"
    }
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.function.name
  }

  dynamic "vpc_config" {
    for_each = local.in_vpc ? [1] : []

    content {
      subnet_ids         = var.subnet_ids
      security_group_ids = var.security_groups
    }
  }

  # Lambda asks for the role's permissions when it makes the function
  depends_on = [aws_iam_role_policy.function]
}
