// They count tensors and threads, which torch does for the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
