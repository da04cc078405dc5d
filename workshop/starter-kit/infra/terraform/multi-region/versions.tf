terraform {
  required_version = ">= 1.9, < 2.0"

  required_providers {
    # 6.x takes a Region on each resource, and knows PrivateLink's service name of a cluster
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.25"
    }
    archive = {
      source  = "hashicorp/archive"
      version = "~> 2.7"
    }
  }
}

provider "aws" {
  region = var.region

  # Whatever carries this tag was made by the workshop: that is how a teardown finds it.
  default_tags {
    tags = {
      "created-by" = "dsql-workshop"
    }
  }
}
