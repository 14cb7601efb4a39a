namespace Skyline.Builder;

sealed class BubblewrapBuild : IRunningBuild
{
    readonly Child child;
    readonly IBounds bounds;

    public BubblewrapBuild(Child child, IBounds bounds, Action<ReadOnlySpan<byte>> output)
    {
        (this.child, this.bounds) = (child, bounds);
        child.Input.Close();
        Exit = Pump(output);
    }

    public Task<int> Exit { get; }

    public Breach? Breached() => bounds.Breached(child.Id);

    async Task<int> Pump(Action<ReadOnlySpan<byte>> output)
    {
        var buffer = new byte[1 << 16];
        int read;
        while ((read = await child.Output.ReadAsync(buffer)) > 0) output(buffer.AsSpan(0, read));
        return await child.Exit(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await bounds.End(child);
        await Exit;
        await child.DisposeAsync();
        await bounds.DisposeAsync();
    }
}
