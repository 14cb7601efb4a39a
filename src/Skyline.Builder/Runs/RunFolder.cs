namespace Skyline.Builder;

/// <summary>A run's folder: the source package, the log, and the work folder that the build's user owns.</summary>
sealed class RunFolder : IAsyncDisposable
{
    const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    readonly DataFolder data;
    readonly string root;
    readonly uint owner;

    RunFolder(DataFolder data, string root, int slot, uint owner) => (this.data, this.root, Slot, this.owner) = (data, root, slot, owner);

    public int Slot { get; }
    public string Srpm => Path.Combine(root, "source.src.rpm");
    public string Log => Path.Combine(root, "log");
    public string Work => Path.Combine(root, "work");
    public long FreeBytes => data.FreeBytes;

    /// <summary>What is built in place of the source package's spec; null: that one.</summary>
    public RaisedSpec? Raised { get; set; }

    /// <summary>The name of the source package that mock has made of the raised spec, which then is <see cref="MadeAnewAt"/>; null: it has made none.</summary>
    public string? MadeAnew { get; set; }
    public string MadeAnewAt => Path.Combine(root, "raised.src.rpm");

    string Disk => Path.Combine(root, "disk");

    /// <summary>The work folder is a file system of its own, so the build cannot write more than it may.</summary>
    public bool HasDisk { get; private set; }

    public static RunFolder Make(DataFolder data, long run, int slot, uint owner) =>
        new(data, Directory.CreateDirectory(Path.Combine(data.Runs, $"{run}-{Guid.NewGuid().ToString("N")[..8]}"), Own).FullName, slot, owner);

    /// <summary>A fresh work folder with what the build starts from.</summary>
    /// <param name="requires">What the buildroot was resolved for; null: it was made from a lock.</param>
    /// <param name="before">Of what is required, what the spec asked for in earlier rounds.</param>
    /// <returns>null; or why the work folder has no disk of its own where others have.</returns>
    public async Task<string?> PrepareWork(string macros, IEnumerable<string>? requires, IEnumerable<string> before, long bytes, CancellationToken ct)
    {
        var why = await MakeWork(bytes, ct);
        Bring(Srpm, "source.src.rpm");
        var told = requires is null ? "locked" : "requires.resolved";
        await File.WriteAllTextAsync(Path.Combine(Work, ".rpmmacros"), macros, ct);
        await File.WriteAllLinesAsync(Path.Combine(Work, told), requires ?? [], ct);
        await File.WriteAllLinesAsync(Path.Combine(Work, "requires.before"), before, ct);
        if (Raised is { } raised) await File.WriteAllBytesAsync(Path.Combine(Work, "spec.raised"), raised.Text, ct);
        if (!Libc.IsRoot) return why;
        foreach (var path in (string[])["", ".rpmmacros", told, "requires.before", .. Raised is null ? Array.Empty<string>() : ["spec.raised"]]) Libc.Own(Path.Combine(Work, path), owner);
        return why;
    }

    /// <summary>A fresh work folder with a repository's tree, and what was fetched for it.</summary>
    /// <returns>As <see cref="PrepareWork"/>.</returns>
    public async Task<string?> PrepareTree(string macros, IEnumerable<string> fetched, long bytes, CancellationToken ct)
    {
        var why = await MakeWork(bytes, ct);
        Bring(Srpm, "source.tar");
        Directory.CreateDirectory(Path.Combine(Work, "fetched"));
        foreach (var path in fetched) Bring(path, Path.Combine("fetched", Path.GetFileName(path)));
        await File.WriteAllTextAsync(Path.Combine(Work, ".rpmmacros"), macros, ct);
        if (!Libc.IsRoot) return why;
        foreach (var path in (string[])["", ".rpmmacros"]) Libc.Own(Path.Combine(Work, path), owner);
        return why;
    }

    /// <summary>Where a file that was fetched for the run is, outside of what strangers write.</summary>
    public string Fetched(string fileName) => Path.Combine(Directory.CreateDirectory(Path.Combine(root, "fetched")).FullName, fileName);

    async Task<string?> MakeWork(long bytes, CancellationToken ct)
    {
        await RunDisk.Discard(Disk, Work);
        await RemoveTree.At(Work);
        Directory.CreateDirectory(Work, Own);
        var why = data.MakesDisks ? NoRoom(bytes) ?? await RunDisk.Mount(Disk, Work, bytes, owner, ct) : null;
        HasDisk = data.MakesDisks && why is null;
        return why;
    }

    /// <summary>What is set aside for a run and hardly used would otherwise be all that whoever else is on the disk has left: the server beside this builder, above all.</summary>
    string? NoRoom(long bytes) => data.FreeBytes - RunDisk.Whole(bytes) >= data.KeepsFreeBytes ? null
        : $"{RunDisk.Whole(bytes) >> 20} MiB set aside for a run would leave less than the {data.KeepsFreeBytes >> 20} MiB that are kept free here";

    void Bring(string file, string name)
    {
        if (HasDisk) File.Copy(file, Path.Combine(Work, name));
        else Libc.Link(file, Path.Combine(Work, name));
    }

    public async ValueTask DisposeAsync()
    {
        await RunDisk.Discard(Disk, Work);
        await RemoveTree.At(root);
    }
}
