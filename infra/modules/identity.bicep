// The one identity of the Functions app and of the GPU workers.
// Source: "Microsoft.ManagedIdentity/userAssignedIdentities", Azure resource reference.
param name string
param location string
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: name
  location: location
  tags: tags
}

output id string = identity.id
output clientId string = identity.properties.clientId
output principalId string = identity.properties.principalId
