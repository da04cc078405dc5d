resource "aws_dsql_cluster" "bank" {
  # With protection on, `terraform destroy` fails and the cluster stays. Turn it on for data that you want to keep.
  deletion_protection_enabled = false

  tags = {
    Name = var.name
  }
}

locals {
  # The provider has no attribute for the endpoint; it always consists of the cluster's id and its Region.
  public_endpoint = "${aws_dsql_cluster.bank.identifier}.dsql.${var.region}.on.aws"

  private = var.vpc_id != null
}

module "transfer" {
  source = "../transfer-function"

  region           = var.region
  function_prefix  = var.function_prefix
  cluster_arn      = aws_dsql_cluster.bank.arn
  cluster_endpoint = local.private ? local.private_endpoint : local.public_endpoint
  subnet_ids       = local.private ? var.subnet_ids : []
  security_groups  = local.private ? [aws_security_group.function[0].id] : []
}
