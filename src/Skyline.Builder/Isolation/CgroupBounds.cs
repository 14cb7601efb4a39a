using Skyline.Protocol;

namespace Skyline.Builder;

sealed class CgroupBounds(Cgroup group, RunLimits limits, TimeProvider time) : IBounds
{
    public IReadOnlyList<string> Around(IReadOnlyList<string> command, string? filter) => Bounds.Joining(group.Gates, filter, [.. Bounds.Files(limits), .. command]);

    public Breach? Breached(int pid) => group.Breached();

    public async Task End(Child child) => await group.Remove(time);

    public ValueTask DisposeAsync() => new(group.Remove(time));
}
