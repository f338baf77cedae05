// The environment with a GPU workload profile, and the GPU workers in it, from none upwards.
// Sources: "Workload profiles in Azure Container Apps" (profile names and sizes); "Configure autoscaling for Durable Task SDK apps in Azure
// Container Apps" (the scaler and its metadata); "Microsoft.App/containerApps" and "Microsoft.App/managedEnvironments", Azure resource reference.
param name string
param environmentName string
param location string
param tags object
param identityId string
param identityClientId string
param registryServer string
param workspaceName string
param image string
param workloadProfile string
param maxReplicas int
param pool string
param artifactsUrl string
param schedulerEndpoint string
param taskHubName string
param insightsConnectionString string

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = {
  name: workspaceName
}

resource environment 'Microsoft.App/managedEnvironments@2025-01-01' = {
  name: environmentName
  location: location
  tags: tags
  properties: {
    appLogsConfiguration: {
      destination: 'log-analytics'
      logAnalyticsConfiguration: {
        customerId: workspace.properties.customerId
        sharedKey: workspace.listKeys().primarySharedKey
      }
    }
    workloadProfiles: [
      { name: 'Consumption', workloadProfileType: 'Consumption' }
      { name: 'gpu', workloadProfileType: workloadProfile }
    ]
  }
}

resource worker 'Microsoft.App/containerApps@2025-01-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'gpu-worker' })
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    environmentId: environment.id
    workloadProfileName: 'gpu'
    configuration: {
      activeRevisionsMode: 'Single'
      registries: [
        { server: registryServer, identity: identityId }
      ]
    }
    template: {
      terminationGracePeriodSeconds: 600
      containers: [
        {
          name: 'worker'
          image: image
          resources: { cpu: 8, memory: '56Gi' }
          env: [
            { name: 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING', value: 'Endpoint=${schedulerEndpoint};Authentication=ManagedIdentity;ClientID=${identityClientId}' }
            { name: 'TASKHUB_NAME', value: taskHubName }
            { name: 'DurableTrainer__Storage', value: artifactsUrl }
            { name: 'DurableTrainer__Pool', value: pool }
            { name: 'DurableTrainer__Device', value: 'cuda' }
            { name: 'AZURE_CLIENT_ID', value: identityClientId }
            { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: insightsConnectionString }
            { name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING', value: 'ClientId=${identityClientId};Authorization=AAD' }
          ]
        }
      ]
      scale: {
        minReplicas: 0
        maxReplicas: maxReplicas
        rules: [
          {
            name: 'slices'
            custom: {
              type: 'azure-durabletask-scheduler'
              identity: identityId
              metadata: {
                endpoint: schedulerEndpoint
                taskhubName: taskHubName
                workItemType: 'Activity'
                maxConcurrentWorkItemsCount: '1'
              }
            }
          }
        ]
      }
    }
  }
}

output name string = worker.name
