variable "region" {
  description = "AWS Region of the first cluster."
  type        = string
  default     = "us-east-1"
}

variable "second_region" {
  description = "AWS Region of the second cluster; it holds the same data and takes writes as well."
  type        = string
  default     = "us-east-2"
}

variable "witness_region" {
  description = "A third Region that only keeps the log of transactions. It has no endpoint."
  type        = string
  default     = "us-west-2"

  validation {
    condition     = length(distinct([var.region, var.second_region, var.witness_region])) == 3
    error_message = "A two-Region database needs three different Regions."
  }
}

variable "name" {
  description = "Tag Name of both clusters."
  type        = string
  default     = "dsql-workshop"
}

variable "function_prefix" {
  description = "Put before the function's name; the chapters look for dsql-workshop-transfer."
  type        = string
  default     = "dsql-workshop-"
}
