# One database in two Regions. Both clusters are made with their witness and wait; the peerings then name each other's ARN, which is what
# CloudFormation needs a second deployment for: here it is one, because the peering is a resource of its own.

resource "aws_dsql_cluster" "first" {
  region                      = var.region
  deletion_protection_enabled = false

  multi_region_properties {
    witness_region = var.witness_region
  }

  tags = {
    Name = var.name
  }
}

resource "aws_dsql_cluster" "second" {
  region                      = var.second_region
  deletion_protection_enabled = false

  multi_region_properties {
    witness_region = var.witness_region
  }

  tags = {
    Name = var.name
  }
}

resource "aws_dsql_cluster_peering" "first" {
  region         = var.region
  identifier     = aws_dsql_cluster.first.identifier
  clusters       = [aws_dsql_cluster.second.arn]
  witness_region = var.witness_region
}

resource "aws_dsql_cluster_peering" "second" {
  region         = var.second_region
  identifier     = aws_dsql_cluster.second.identifier
  clusters       = [aws_dsql_cluster.first.arn]
  witness_region = var.witness_region
}

locals {
  # The provider has no attribute for the endpoint; it always consists of the cluster's id and its Region.
  first_endpoint  = "${aws_dsql_cluster.first.identifier}.dsql.${var.region}.on.aws"
  second_endpoint = "${aws_dsql_cluster.second.identifier}.dsql.${var.second_region}.on.aws"
}

# Each function connects to the cluster of its own Region; both see the same balances.
module "first" {
  source = "../transfer-function"

  region           = var.region
  function_prefix  = var.function_prefix
  cluster_arn      = aws_dsql_cluster.first.arn
  cluster_endpoint = local.first_endpoint
}

module "second" {
  source = "../transfer-function"

  region           = var.second_region
  function_prefix  = var.function_prefix
  cluster_arn      = aws_dsql_cluster.second.arn
  cluster_endpoint = local.second_endpoint
}
