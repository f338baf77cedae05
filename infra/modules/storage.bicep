// Artifacts, the packages of the Functions app and the leases of its host. Keys are off: only identities open it.
// Sources: "Microsoft.Storage/storageAccounts", Azure resource reference; "Prevent Shared Key authorization for an Azure Storage account".
param name string
param location string
param tags object
param principalId string
param artifactContainer string
param packageContainer string

// Source: "Azure built-in roles for Storage": Storage Blob Data Owner. "Tutorial: Create a function app that connects to Azure services using
// identities": the host needs it on its own storage; queues and tables only with triggers that this app has none of.
var blobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2023-05-01' = {
  parent: account
  name: 'default'
}

resource artifacts 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01' = {
  parent: blobs
  name: artifactContainer
}

resource packages 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01' = {
  parent: blobs
  name: packageContainer
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, principalId, blobDataOwner)
  scope: account
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataOwner)
  }
}

output accountName string = account.name
output artifactsUrl string = '${account.properties.primaryEndpoints.blob}${artifacts.name}'
output packagesUrl string = '${account.properties.primaryEndpoints.blob}${packages.name}'
