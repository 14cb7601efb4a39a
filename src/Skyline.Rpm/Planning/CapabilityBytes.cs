using System.Text;

namespace Skyline.Rpm;

/// <summary>
/// Capabilities as bytes, small and fast to read, in two pieces of the same form, for who plans builds needs but one of each package:
/// what it offers (its provides, then its files) and what it asks for (its requires, conflicts, then obsoletes). A piece begins with its form's number, 1.
/// A list is its count, then each entry: the name's length and its bytes (UTF-8), a byte of flags (1 less, 2 greater, 4 equal, 8 "the version of the entry
/// before"), and, if it compares and has not the version of the one before, that version's length and bytes. A list of files is its count, then each
/// path: how many bytes it shares with the one before, the length of its rest, the rest. Numbers are of seven bits a byte, the lowest first.
/// </summary>
public static class CapabilityBytes
{
    internal const byte Form = 1, SameVersion = 8;

    /// <summary>What it provides, then its files.</summary>
    public static byte[] Offers(PackageCapabilities of)
    {
        var bytes = new Writer();
        bytes.List(of.Provides);
        bytes.Paths(of.Files);
        return bytes.Written();
    }

    /// <summary>What it requires, conflicts with, then obsoletes.</summary>
    public static byte[] Asks(PackageCapabilities of)
    {
        var bytes = new Writer();
        bytes.List(of.Requires);
        bytes.List(of.Conflicts);
        bytes.List(of.Obsoletes);
        return bytes.Written();
    }

    /// <exception cref="InvalidDataException">They are of no form that is known here.</exception>
    public static PackageCapabilities Read(ReadOnlySpan<byte> offers, ReadOnlySpan<byte> asks)
    {
        CapabilityReader offered = new(offers), asked = new(asks);
        return new(offered.All(), offered.AllPaths(), asked.All(), asked.All(), asked.All());
    }

    /// <returns>The first list of what it asks for.</returns>
    /// <exception cref="InvalidDataException">As of <see cref="Read"/>.</exception>
    public static IReadOnlyList<Dependency> ReadRequires(ReadOnlySpan<byte> asks) => new CapabilityReader(asks).All();

    sealed class Writer
    {
        readonly List<byte> all = [Form];

        public byte[] Written() => [.. all];

        public void List(IReadOnlyList<Dependency> list)
        {
            Number(list.Count);
            var before = "";
            foreach (var one in list)
            {
                Text(one.Name);
                var compares = one.Evr.Length > 0 ? (byte)((uint)(one.Flags & DependencyFlags.Compares) >> 1) : (byte)0;
                var same = compares != 0 && one.Evr == before;
                all.Add((byte)(compares | (same ? SameVersion : 0)));
                if (compares == 0 || same) continue;
                Text(one.Evr);
                before = one.Evr;
            }
        }

        public void Paths(IReadOnlyList<string> paths)
        {
            Number(paths.Count);
            byte[] before = [];
            foreach (var path in paths)
            {
                var now = Encoding.UTF8.GetBytes(path);
                var shared = now.AsSpan().CommonPrefixLength(before);
                Number(shared);
                Number(now.Length - shared);
                all.AddRange(now.AsSpan(shared));
                before = now;
            }
        }

        void Text(string text)
        {
            var utf8 = Encoding.UTF8.GetBytes(text);
            Number(utf8.Length);
            all.AddRange(utf8);
        }

        void Number(int number)
        {
            for (; number > 0x7f; number >>= 7) all.Add((byte)(number | 0x80));
            all.Add((byte)number);
        }
    }
}

/// <summary>Walks capabilities as <see cref="CapabilityBytes"/> wrote them, without making anything of what nobody asked for.</summary>
public ref struct CapabilityReader
{
    ReadOnlySpan<byte> rest, evr;
    byte[] path = [];

    /// <exception cref="InvalidDataException">It is of no form that is known here.</exception>
    public CapabilityReader(ReadOnlySpan<byte> bytes)
    {
        if (bytes is not [CapabilityBytes.Form, ..]) throw new InvalidDataException("These are no capabilities of a form that is known here.");
        rest = bytes[1..];
    }

    /// <summary>How many entries follow.</summary>
    public int Count() => Number();

    /// <param name="version">Empty where it compares with nothing.</param>
    /// <param name="name">In UTF-8.</param>
    public DependencyFlags Next(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> version)
    {
        name = Take(Number());
        var flags = Take(1)[0];
        if (flags is not 0 && (flags & CapabilityBytes.SameVersion) == 0) evr = Take(Number());
        version = flags == 0 ? default : evr;
        return (DependencyFlags)((flags & 7) << 1);
    }

    /// <returns>Valid until the next one.</returns>
    public ReadOnlySpan<byte> NextPath()
    {
        var (shared, length) = (Number(), Number());
        if (path.Length < shared + length) Array.Resize(ref path, Math.Max(256, (shared + length) * 2));
        Take(length).CopyTo(path.AsSpan(shared));
        return path.AsSpan(0, shared + length);
    }

    internal Dependency[] All()
    {
        var found = new Dependency[Count()];
        evr = default;
        for (var i = 0; i < found.Length; i++)
        {
            var flags = Next(out var name, out var version);
            found[i] = new(Encoding.UTF8.GetString(name), flags, Encoding.UTF8.GetString(version));
        }
        return found;
    }

    internal string[] AllPaths()
    {
        var found = new string[Count()];
        for (var i = 0; i < found.Length; i++) found[i] = Encoding.UTF8.GetString(NextPath());
        return found;
    }

    ReadOnlySpan<byte> Take(int length)
    {
        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }

    int Number()
    {
        var (number, shift) = (0, 0);
        while (true)
        {
            var next = Take(1)[0];
            number |= (next & 0x7f) << shift;
            if (next <= 0x7f) return number;
            shift += 7;
        }
    }
}
