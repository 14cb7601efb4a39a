namespace Skyline.Testing;

/// <summary>The real packages of tests/corpus, and what is known of them.</summary>
public static class Corpus
{
    /// <summary>The library whose soname changes, and the folder of the one that it changes to.</summary>
    public const string Library = "flac", NewLibrary = "flac-1.5";

    /// <summary>Waves of packages that can be built from nothing, each against those before it; the old library is among them.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Order { get; } = [.. Lines("order")];

    public static IReadOnlyList<ExpectedRebuild> Rebuilds { get; } =
        [.. Lines("soname-bump").Where(words => words[0] == "rebuild").Select(words => new ExpectedRebuild(words[2], int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture), [.. words.Skip(3)]))];

    /// <summary>What does not install until another package is rebuilt, which it needs.</summary>
    public static IReadOnlyDictionary<string, string> Through { get; } = Lines("soname-bump").Where(words => words[0] == "through").ToDictionary(words => words[1], words => words[2]);

    public static IReadOnlyList<string> Gone { get; } = [.. Lines("soname-bump").Where(words => words[0] == "gone").Select(words => words[1])];

    public static IReadOnlyList<string> Come { get; } = [.. Lines("soname-bump").Where(words => words[0] == "come").Select(words => words[1])];

    /// <summary>Commands that use the packages, in order; in an empty folder.</summary>
    public static IReadOnlyList<(string Package, string Command)> Runs { get; } = [.. Text("runs").Select(line => line.Split(' ', 2, StringSplitOptions.TrimEntries)).Select(words => (words[0], words[1]))];

    /// <summary>The source package of a folder of the corpus; `./dev` makes them and says where by the environment.</summary>
    public static string SourcePackage(string folder)
    {
        var made = Environment.GetEnvironmentVariable("SKYLINE_CORPUS") is { Length: > 0 } corpus ? Path.Combine(corpus, folder + ".made") : null;
        return File.Exists(made) ? Path.Combine(Path.GetDirectoryName(made)!, File.ReadAllText(made).Trim())
            : throw new InvalidOperationException($"The corpus's source package of {folder} is not there: run `./dev test` or `./dev proof soname`, or `tests/corpus/make-srpms FOLDER` and set SKYLINE_CORPUS=FOLDER.");
    }

    static IEnumerable<string[]> Lines(string file) => Text(file).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    static IEnumerable<string> Text(string file) => File.ReadLines(Path.Combine(Checkout.Root, "tests", "corpus", file)).Where(line => line.Length > 0 && line[0] != '#');
}

/// <param name="After">Packages that are rebuilt before it, for its buildroot has something of them in it.</param>
public sealed record ExpectedRebuild(string Package, int Wave, IReadOnlyList<string> After);
