// Log Analytics and Application Insights; only identities may send to it.
// Sources: "Microsoft.Insights/components" and "Microsoft.OperationalInsights/workspaces", Azure resource reference;
// "Microsoft Entra authentication for Application Insights".
param workspaceName string
param insightsName string
param location string
param tags object
param principalId string

// Source: "Azure built-in roles for Monitor": Monitoring Metrics Publisher.
var metricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    retentionInDays: 30
    sku: { name: 'PerGB2018' }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    DisableLocalAuth: true
    WorkspaceResourceId: workspace.id
  }
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, principalId, metricsPublisher)
  scope: insights
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsPublisher)
  }
}

output insightsConnectionString string = insights.properties.ConnectionString
output workspaceName string = workspace.name
