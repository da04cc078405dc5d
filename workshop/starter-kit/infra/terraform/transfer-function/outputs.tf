output "role_arn" {
  description = "Role that the function runs as"
  value       = aws_iam_role.function.arn
}

output "function_name" {
  description = "The deployed function"
  value       = aws_lambda_function.transfer.function_name
}
