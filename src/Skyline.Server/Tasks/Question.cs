namespace Skyline.Server.Tasks;

/// <summary>One open question for work. A round takes it and gives it a run, or a fault; once it is out, no round can take it any more.</summary>
/// <param name="name">The builder's own for it.</param>
sealed class Question(long builder, string? name, CancellationToken gone)
{
    const int Open = 0, Taken = 1, Out = 2;

    static long asked;
    int state;

    public long Builder => builder;
    public string? Name => name;
    /// <summary>Its number: a later question has a higher one.</summary>
    public long Since { get; } = Interlocked.Increment(ref asked);

    readonly TaskCompletionSource<ClaimedRun> given = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource looked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The run that it was given, or the fault that it met.</summary>
    public Task<ClaimedRun> Given => given.Task;

    /// <summary>A round that began after it was asked has looked for a run.</summary>
    public Task Looked => looked.Task;

    public bool Take() => !gone.IsCancellationRequested && Interlocked.CompareExchange(ref state, Taken, Open) == Open;

    public void Give(ClaimedRun run)
    {
        given.TrySetResult(run);
        looked.TrySetResult();
    }

    public void Fail(Exception fault)
    {
        given.TrySetException(fault);
        looked.TrySetResult();
    }

    public void Look() => looked.TrySetResult();

    /// <summary>What it has been given by now is its own; a round that has taken it ends with a run or a fault.</summary>
    /// <returns>Null: nothing, and nothing will come.</returns>
    public async Task<ClaimedRun?> Leave() => Interlocked.CompareExchange(ref state, Out, Open) is Open or Out ? null : await given.Task;
}
