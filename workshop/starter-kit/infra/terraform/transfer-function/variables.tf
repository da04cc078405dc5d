variable "region" {
  description = "Region of the function; that of its cluster."
  type        = string
}

variable "function_prefix" {
  description = "Put before the function's name."
  type        = string
}

variable "cluster_arn" {
  description = "The one cluster that the function may connect to."
  type        = string
}

variable "cluster_endpoint" {
  description = "Host name of the cluster."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of a VPC to run in; none by default."
  type        = list(string)
  default     = []
}

variable "security_groups" {
  description = "Security groups there."
  type        = list(string)
  default     = []
}
