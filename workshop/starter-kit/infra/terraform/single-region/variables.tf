variable "region" {
  description = "AWS Region of the cluster and of the function."
  type        = string
  default     = "us-east-1"
}

variable "name" {
  description = "Tag Name of the cluster, and what it is called in the console."
  type        = string
  default     = "dsql-workshop"
}

variable "function_prefix" {
  description = "Put before the function's name; the chapters look for dsql-workshop-transfer."
  type        = string
  default     = "dsql-workshop-"
}

# PrivateLink: with a VPC and subnets of yours, the function reaches the cluster without leaving AWS's network.
variable "vpc_id" {
  description = "VPC for a private endpoint; none by default."
  type        = string
  default     = null
}

variable "subnet_ids" {
  description = "Subnets of the VPC for the endpoint and the function, in Availability Zones where the cluster's service is."
  type        = list(string)
  default     = []
}
