using System.Runtime.InteropServices;

namespace Skyline.Server.Keeping;

/// <summary>Names of files and folders that are put in place of others without a moment between.</summary>
static partial class Links
{
    const int CurrentFolder = -100;

    /// <summary>Makes <paramref name="name"/> another name of the file.</summary>
    public static void Make(string file, string name)
    {
        if (link(file, name) != 0) throw Fault($"{file} could not be linked to as {name}");
    }

    /// <summary>Two folders take each other's place.</summary>
    public static void Exchange(string one, string other)
    {
        const uint exchange = 2;
        if (renameat2(CurrentFolder, one, CurrentFolder, other, exchange) != 0) throw Fault($"{one} and {other} could not take each other's place");
    }

    /// <summary>How many names the file has.</summary>
    public static uint Count(string file)
    {
        const int doNotFollow = 0x100, wantCount = 0x4, countOffset = 16;
        var answer = new byte[256];
        return statx(CurrentFolder, file, doNotFollow, wantCount, answer) == 0 ? BitConverter.ToUInt32(answer, countOffset) : throw Fault($"{file} could not be looked at");
    }

    static IOException Fault(string what) => new($"{what}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int link(string file, string name);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int renameat2(int oneFolder, string one, int otherFolder, string other, uint flags);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int statx(int folder, string path, int flags, uint mask, [Out] byte[] answer);
}
