// All that `azd up` makes: one resource group with the Functions app, the scheduler, the storage and a pool of GPU workers.
targetScope = 'subscription'

@minLength(1)
@maxLength(40)
param environmentName string

@description('A region that has serverless GPUs, the Durable Task Scheduler and Flex Consumption.')
param location string

@allowed(['Consumption', 'Dedicated'])
param schedulerSku string = 'Consumption'

param schedulerAllowedAddresses string[] = ['0.0.0.0/0']

param taskHubName string = 'durabletrainer'

@description('T4; worker.bicep asks for the whole of this profile.')
@allowed(['Consumption-GPU-NC8as-T4'])
param workloadProfile string = 'Consumption-GPU-NC8as-T4'

@minValue(1)
param maxGpuWorkers int = 2

param gpuPool string = 'gpu'

@description('Stands in until the worker is deployed; azd puts the image in place that it built.')
param workerImage string = ''

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
var placeholderImage = 'mcr.microsoft.com/k8se/quickstart:latest'

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: { name: 'id-${token}', location: location, tags: tags }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: 'st${token}'
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    artifactContainer: 'dtrain'
    packageContainer: 'packages'
  }
}

module scheduler 'modules/scheduler.bicep' = {
  scope: group
  params: {
    name: 'dts-${token}'
    location: location
    tags: tags
    taskHubName: taskHubName
    principalId: identity.outputs.principalId
    sku: schedulerSku
    allowedAddresses: schedulerAllowedAddresses
  }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: 'log-${token}'
    insightsName: 'appi-${token}'
    location: location
    tags: tags
    principalId: identity.outputs.principalId
  }
}

module registry 'modules/registry.bicep' = {
  scope: group
  params: { name: 'cr${token}', location: location, tags: tags, principalId: identity.outputs.principalId }
}

module functions 'modules/functions.bicep' = {
  scope: group
  params: {
    name: 'func-${token}'
    planName: 'plan-${token}'
    location: location
    tags: tags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageAccountName: storage.outputs.accountName
    packagesUrl: storage.outputs.packagesUrl
    artifactsUrl: storage.outputs.artifactsUrl
    pools: gpuPool
    schedulerEndpoint: scheduler.outputs.endpoint
    taskHubName: scheduler.outputs.taskHubName
    insightsConnectionString: monitoring.outputs.insightsConnectionString
  }
}

module worker 'modules/worker.bicep' = {
  scope: group
  params: {
    name: 'gpu-${token}'
    environmentName: 'cae-${token}'
    location: location
    tags: tags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    registryServer: registry.outputs.loginServer
    workspaceName: monitoring.outputs.workspaceName
    image: empty(workerImage) ? placeholderImage : workerImage
    workloadProfile: workloadProfile
    maxReplicas: maxGpuWorkers
    pool: gpuPool
    artifactsUrl: storage.outputs.artifactsUrl
    schedulerEndpoint: scheduler.outputs.endpoint
    taskHubName: scheduler.outputs.taskHubName
    insightsConnectionString: monitoring.outputs.insightsConnectionString
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output AZURE_CONTAINER_REGISTRY_ENDPOINT string = registry.outputs.loginServer
output DTRAIN_SERVER string = functions.outputs.url
output FUNCTION_APP_NAME string = functions.outputs.name
output WORKER_APP_NAME string = worker.outputs.name
