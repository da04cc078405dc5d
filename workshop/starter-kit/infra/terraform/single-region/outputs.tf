output "ClusterEndpoint" {
  description = "Where psql, the extension and your function connect to"
  value       = local.public_endpoint
}

output "PrivateEndpoint" {
  description = "The cluster's name inside of the VPC, with PrivateLink"
  value       = local.private ? local.private_endpoint : null
}

output "ClusterArn" {
  description = "Names the cluster in IAM policies"
  value       = aws_dsql_cluster.bank.arn
}

output "ClusterId" {
  description = "Names the cluster to aws dsql and in CloudWatch"
  value       = aws_dsql_cluster.bank.identifier
}

output "LambdaRoleArn" {
  description = "AWS IAM GRANT myapp TO this role: chapter 0"
  value       = module.transfer.role_arn
}

output "FunctionName" {
  description = "The deployed function"
  value       = module.transfer.function_name
}
