namespace Skyline.Rpm;

/// <summary>Room for so many bytes; who finds none waits, first come, first served.</summary>
sealed class ByteRoom(long whole)
{
    sealed record Waiting(long Bytes, TaskCompletionSource Granted);

    readonly Lock gate = new();
    readonly LinkedList<Waiting> queue = [];
    readonly long size = whole;
    long left = whole;

    /// <returns>What was taken: no more than there is altogether.</returns>
    public async Task<long> Take(long bytes, CancellationToken ct)
    {
        bytes = Math.Min(bytes, size);
        LinkedListNode<Waiting> place;
        lock (gate)
        {
            place = queue.AddLast(new Waiting(bytes, new(TaskCreationOptions.RunContinuationsAsynchronously)));
            Grant();
        }
        try
        {
            await place.Value.Granted.Task.WaitAsync(ct);
            return bytes;
        }
        catch (OperationCanceledException)
        {
            lock (gate)
            {
                // It may have been granted in this very moment.
                if (place.List is null) left += bytes;
                else queue.Remove(place);
                Grant();
            }
            throw;
        }
    }

    public void GiveBack(long bytes)
    {
        lock (gate)
        {
            left += bytes;
            Grant();
        }
    }

    void Grant()
    {
        while (queue.First is { } first && first.Value.Bytes <= left)
        {
            left -= first.Value.Bytes;
            queue.RemoveFirst();
            first.Value.Granted.SetResult();
        }
    }
}
