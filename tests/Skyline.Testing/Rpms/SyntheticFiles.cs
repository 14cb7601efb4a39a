using System.Security.Cryptography;
using Skyline.Rpm;

namespace Skyline.Testing.Rpms;

/// <summary>The files of a synthetic package, as its header lists them.</summary>
static class SyntheticFiles
{
    public static void Write(HeaderWriter header, SyntheticRpm package)
    {
        var files = package.Files;
        if (files.Count == 0)
            return;
        WriteNames(header, package);
        var sizes = files.Select(f => (long)f.Content.Length).ToArray();
        if (package.Format == RpmFormat.V6)
            header.Int64(RpmTag.LongFileSizes, sizes).Int64(RpmTag.LongSize, sizes.Sum());
        else
            header.Int32(RpmTag.FileSizes, sizes).Int32(RpmTag.Size, sizes.Sum());
        var none = files.Select(_ => "").ToArray();
        header.Int16(RpmTag.FileModes, files.Select(f => f.Mode)).Int16(RpmTag.FileRdevs, files.Select(_ => 0))
            .Int32(RpmTag.FileMtimes, files.Select(_ => package.BuildTime)).Texts(RpmTag.FileDigests, [.. files.Select(Digest)])
            .Texts(RpmTag.FileLinkTos, none).Int32(RpmTag.FileFlags, files.Select(f => (long)f.Flags))
            .Texts(RpmTag.FileUserName, [.. files.Select(_ => "root")]).Texts(RpmTag.FileGroupName, [.. files.Select(_ => "root")])
            .Int32(RpmTag.FileVerifyFlags, files.Select(_ => 0xffffffffL)).Int32(RpmTag.FileDevices, files.Select(_ => 1L))
            .Int32(RpmTag.FileInodes, files.Select((_, i) => i + 1L)).Texts(RpmTag.FileLangs, none).Int32(RpmTag.FileDigestAlgo, 8);
    }

    static void WriteNames(HeaderWriter header, SyntheticRpm package)
    {
        var files = package.Files;
        if (package.Format == RpmFormat.V3)
        {
            header.Texts(RpmTag.OldFileNames, [.. files.Select(f => f.Path)]);
            return;
        }
        var folders = files.Select(Folder).Distinct().ToList();
        header.Int32(RpmTag.DirIndexes, files.Select(f => (long)folders.IndexOf(Folder(f))))
            .Texts(RpmTag.BaseNames, [.. files.Select(f => f.Path[(f.Path.LastIndexOf('/') + 1)..])]).Texts(RpmTag.DirNames, folders);
    }

    static string Folder(SyntheticFile file) => file.Path[..(file.Path.LastIndexOf('/') + 1)];

    static string Digest(SyntheticFile file) => (file.Mode & 0xf000) == 0x8000 ? Convert.ToHexStringLower(SHA256.HashData(file.Content)) : "";
}
