output "ClusterEndpoint" {
  description = "Where to connect to in the first Region"
  value       = local.first_endpoint
}

output "SecondClusterEndpoint" {
  description = "Where to connect to in the second Region"
  value       = local.second_endpoint
}

output "ClusterArns" {
  description = "Names both clusters in IAM policies"
  value       = [aws_dsql_cluster.first.arn, aws_dsql_cluster.second.arn]
}

output "LambdaRoleArns" {
  description = "AWS IAM GRANT myapp TO both of these roles: chapter 0; roles and grants are in both Regions at once"
  value       = [module.first.role_arn, module.second.role_arn]
}

output "FunctionName" {
  description = "The deployed function, of the same name in both Regions"
  value       = module.first.function_name
}
