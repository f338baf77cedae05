// The Durable Task Scheduler, which keeps all workflow state, and its task hub.
// Sources: "Microsoft.DurableTask/schedulers", Azure resource reference; "Durable Task Scheduler billing" for the SKUs.
param name string
param location string
param tags object
param taskHubName string
param principalId string

@allowed(['Consumption', 'Dedicated'])
param sku string

@description('Addresses that may connect. An empty list lets nobody in.')
param allowedAddresses string[]

// Source: "Identity-based access for Durable Task Scheduler": Durable Task Data Contributor.
var dataContributor = '0ad04412-c4d5-4796-b79c-f76d14c8d402'

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    ipAllowlist: allowedAddresses
    sku: sku == 'Dedicated' ? { name: sku, capacity: 1 } : { name: sku }
  }
}

resource taskHub 'Microsoft.DurableTask/schedulers/taskHubs@2025-11-01' = {
  parent: scheduler
  name: taskHubName
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(scheduler.id, principalId, dataContributor)
  scope: scheduler
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', dataContributor)
  }
}

output endpoint string = scheduler.properties.endpoint
output taskHubName string = taskHub.name
