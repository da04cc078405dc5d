# PrivateLink. Nothing of this file is made unless `vpc_id` is set:
#
#     terraform apply -var vpc_id=vpc-… -var 'subnet_ids=["subnet-…", "subnet-…"]'
#
# An interface endpoint costs money for each hour and Availability Zone, whether it is used or not.

locals {
  # com.amazonaws.us-east-1.dsql-fnh4: the last part stands for “dsql” in the private name of the cluster
  service_identifier = element(split(".", aws_dsql_cluster.bank.vpc_endpoint_service_name), 3)
  private_endpoint   = "${aws_dsql_cluster.bank.identifier}.${local.service_identifier}.${var.region}.on.aws"
}

resource "aws_vpc_endpoint" "dsql" {
  count = local.private ? 1 : 0

  vpc_id              = var.vpc_id
  vpc_endpoint_type   = "Interface"
  service_name        = aws_dsql_cluster.bank.vpc_endpoint_service_name
  subnet_ids          = var.subnet_ids
  security_group_ids  = [aws_security_group.endpoint[0].id]
  private_dns_enabled = true

  tags = {
    Name = var.name
  }
}

resource "aws_security_group" "endpoint" {
  count = local.private ? 1 : 0

  name_prefix = "${var.name}-endpoint-"
  description = "Who reaches the cluster: the function alone"
  vpc_id      = var.vpc_id

  tags = {
    Name = "${var.name}-endpoint"
  }
}

resource "aws_security_group" "function" {
  count = local.private ? 1 : 0

  name_prefix = "${var.name}-function-"
  description = "Where the function gets to: the cluster alone"
  vpc_id      = var.vpc_id

  tags = {
    Name = "${var.name}-function"
  }
}

resource "aws_vpc_security_group_ingress_rule" "from_function" {
  count = local.private ? 1 : 0

  security_group_id            = aws_security_group.endpoint[0].id
  referenced_security_group_id = aws_security_group.function[0].id
  description                  = "PostgreSQL protocol from the function"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_vpc_security_group_egress_rule" "to_endpoint" {
  count = local.private ? 1 : 0

  security_group_id            = aws_security_group.function[0].id
  referenced_security_group_id = aws_security_group.endpoint[0].id
  description                  = "PostgreSQL protocol to the cluster"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}
