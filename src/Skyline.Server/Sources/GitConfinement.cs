using Skyline.Server.Shell;

namespace Skyline.Server.Sources;

/// <summary>What git runs in: bounds on its memory and on what it writes, and a bubblewrap, where that works.</summary>
sealed class GitConfinement(SkylineSettings settings, ILogger<GitConfinement> log)
{
    const long MostMemory = 3L << 30;
    readonly Lock gate = new();
    Task<Bubblewrap?>? found;

    /// <summary>What a command is put behind.</summary>
    /// <param name="networked">It asks others: the addresses are ours to judge, so the network is the machine's.</param>
    public async Task<IReadOnlyList<string>> Around(string folder, bool networked, CancellationToken ct) => [.. (await Find(ct))?.Around(folder, networked) ?? [], .. Bounds()];

    string[] Bounds() => ["prlimit", $"--fsize={settings.SourceBytes}", $"--as={MostMemory}", "--core=0", "--nofile=1024", "--"];

    /// <summary>Asked once.</summary>
    async Task<Bubblewrap?> Find(CancellationToken ct)
    {
        Task<Bubblewrap?> asked;
        lock (gate) asked = found ??= Probe();
        return await asked.WaitAsync(ct);
    }

    async Task<Bubblewrap?> Probe()
    {
        var works = await Bubblewrap.Find();
        if (works is null) log.LogWarning("bubblewrap does not work here, so Git repositories are fetched without it");
        return works;
    }
}
