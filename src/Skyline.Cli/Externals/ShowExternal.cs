using System.Text.Json;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Externals;

/// <summary>Shows one external repository; waits for a refresh of it where that was asked for.</summary>
static class ShowExternal
{
    const int WaitSeconds = 50;

    /// <exception cref="StopException">The refresh ended in a fault; what is pinned was shown.</exception>
    public static async Task<ExitCode> WhenPinned(Session session, string name, string notSo, CancellationToken ct)
    {
        session.ComeBack = () => $"The server goes on with it; look at it with: skyline external show {name}";
        var external = await session.Client.External(name, ct, WaitSeconds);
        while (external.Arches.Any(arch => arch.Refreshing)) external = await session.Client.External(name, ct, WaitSeconds);
        if (external.Arches.FirstOrDefault(arch => arch.Fault is not null) is not { } faulty) return Show(session, external);
        if (session.Screen.Json) session.Found = JsonSerializer.SerializeToNode(external, SkylineJson.Default.ExternalDetails)!.AsObject();
        else Show(session, external);
        throw new StopException(ExitCode.Refused, $"{name} {notSo} for {faulty.Arch}: {faulty.Fault}");
    }

    public static ExitCode Show(Session session, ExternalDetails external)
    {
        session.Screen.Result(external, SkylineJson.Default.ExternalDetails, to =>
        {
            to.WriteLine($"External repository {Untrusted.Line(external.Name)}: {external.Kind} {Untrusted.Line(external.Url)}, priority {external.Priority}{(external.Chroot is { } chroot ? $", of chroot {Untrusted.Line(chroot)}" : "")}");
            if (external.Tags.Count > 0) to.WriteLine($"In the buildroots of: {Untrusted.Line(string.Join(", ", external.Tags))}");
            foreach (var key in external.Keys) to.WriteLine($"Key: {Untrusted.Line(key)}{(external.SignedMetadata ? ", metadata must be signed" : "")}");
            foreach (var arch in external.Arches.Where(arch => arch.Refreshing)) to.WriteLine($"{Untrusted.Line(arch.Arch)}: its upstream is being asked");
            foreach (var arch in external.Arches.Where(arch => arch.Fault is not null)) to.WriteLine($"{Untrusted.Line(arch.Arch)}: {Untrusted.Line(arch.Fault)}");
            if (external.States.Count > 0)
                Table.Write(to, ["ARCH", "STATE", "PACKAGES", "METADATA", "PINNED", "SIGNED BY"], external.States.Select(state => (string?[])
                    [state.Arch, Short(state.Hash), $"{state.Packages}", Amounts.Bytes(state.Bytes), Amounts.Ago(session.Time.GetUtcNow() - state.PinnedAt), state.SignedBy ?? "-"]));
        });
        return ExitCode.Ok;
    }

    /// <summary>As much of a content hash as people tell apart.</summary>
    public static string Short(string? hash) => hash is null ? "-" : hash.Length > 12 ? hash[..12] : hash;
}
