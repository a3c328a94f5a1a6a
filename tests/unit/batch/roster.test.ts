import { describe, expect, it } from 'vitest';
import { readRoster } from '#grader/batch/roster.ts';
import { UsageError } from '#grader/model/usage-error.ts';

const read = (text: string) => readRoster(text, 'class.csv');
const refusal = (text: string) => {
  try {
    readRoster(text, '/home/me/class.csv');
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return undefined;
};

describe('columns', () => {
  const jane = { id: '4021', name: 'Jane Doe' };

  it.each([
    ['id,name\n4021,Jane Doe\n', []],
    ['\ufeffName;ID\r\nJane Doe;4021\r\n', []],
    ['student_id\tFull name\n4021\tJane Doe\n', []],
    ['Section,STUDENT ID,Student\nA,4021,Jane Doe\n', []],
    ['sid,name,Email\n4021,Jane Doe,jane@example.edu\n', ['jane@example.edu']],
    ['number,First name,Last name\n4021,Jane,Doe\n', []],
    ['Last Name,First Name,Student-ID\nDoe,Jane,4021\n', []],
    ['Matrikelnummer;Name;Vorname;E-Mail-Adresse\n4021;Doe;Jane;j@x.de\n', ['j@x.de']],
    ['email,id,name,username\nj@x.de,4021,Jane Doe,\n', ['j@x.de']],
    ['SIS User ID,name,SIS Login ID,Integration ID\n4021,Jane Doe,jdoe,i-1\n', ['jdoe', 'i-1']],
    ['SIS User ID,ID,name\nS1,4021,Jane Doe\n', ['S1']],
    ['id,name\n" 4021 ","  Jane   Doe "\n', []],
    ['id,name\n"=""4021""","=""Jane Doe"""\n', []],
    ['id,name\n\n,\n4021,Jane Doe\n\n', []],
  ])('%j', (text, identities) => {
    expect(read(text).lines).toEqual([{ ...jane, identities }]);
  });

  it('may be ids alone, or shorter than the header', () => {
    expect(read('id\n7\n8').lines.map(({ id, name }) => [id, name])).toEqual([
      ['7', ''],
      ['8', ''],
    ]);
    expect(read('id,name,email\n7\n').lines).toEqual([{ id: '7', name: '', identities: [] }]);
  });

  it('does not repeat an id among the identities', () => {
    expect(read('identifier,email\nj@x.de,J@X.DE\n').lines[0]?.identities).toEqual([]);
  });

  it('may hold line breaks and composed letters', () => {
    expect(read('id,name\n7,"Mu\u0308ller,\nJo\u0308rg"\n').lines).toEqual([
      { id: '7', name: 'Müller, Jörg', identities: [] },
    ]);
  });
});

describe("other tools' files", () => {
  it("a Canvas gradebook: no points and no test student, and Canvas's own id", () => {
    const text =
      'Student,ID,SIS User ID,SIS Login ID,Section,HW 1 (8812),Final Score\n' +
      '    Points Possible,,,,,10,(read only)\n' +
      '"Doe, Jane",4021,S1,jdoe,CS1-A,7,70\n' +
      '"Student, Test",4099,,,CS1-A,,\n' +
      '"Müller, Jörg",4022,S2,jmueller,CS1-A,10,100\n';
    expect(read(text).lines).toEqual([
      { id: '4021', name: 'Doe, Jane', identities: ['S1', 'jdoe'] },
      { id: '4022', name: 'Müller, Jörg', identities: ['S2', 'jmueller'] },
    ]);
  });

  it('a test student is a student elsewhere', () => {
    expect(read('id,name\n1,"Student, Test"\n').lines).toHaveLength(1);
  });

  it.each([
    ['Identifier,Full name,Email address,Status,Grade,Last modified (grade)', 'Participant 123456'],
    ['ID,"Vollständiger Name",E-Mail-Adresse,Status,Bewertung,"Zuletzt geändert (Bewertung)"', 'Teilnehmer/in123456'],
    ['Identifiant,Nom complet,Adresse de courriel,Statut,Note,Dernière modification (note)', 'Participant123456'],
    [
      'Identificador,Nombre completo,Dirección de correo,Estado,Calificación,Última modificación (calificación)',
      'Participante 123456',
    ],
  ])("a Moodle worksheet: the participant's number is an identity (%s)", (header, identifier) => {
    const roster = read(`${header}\n${identifier},Jane Doe,jane@example.edu,,,\n`);
    expect(roster.lines).toEqual([{ id: identifier, name: 'Jane Doe', identities: ['123456', 'jane@example.edu'] }]);
    expect(roster.find({ id: '123456' })).toBe(roster.lines[0]);
  });

  it('a worksheet of which only the students were kept', () => {
    expect(read('Identifier,Full name\nParticipant 123456,Jane Doe\n').lines[0]?.identities).toEqual(['123456']);
  });

  it('the number in another id is no identity', () => {
    expect(read('id,name\ns123456,Jane Doe\n').lines[0]?.identities).toEqual([]);
  });

  it('a GitHub Classroom roster', () => {
    const roster = read('identifier,github_username,github_id,name\njane@example.edu,alice,583231,Jane Doe\n');
    expect(roster.lines).toEqual([{ id: 'jane@example.edu', name: 'Jane Doe', identities: ['alice', '583231'] }]);
    expect(roster.find({ id: 'Alice' })).toBe(roster.lines[0]);
  });
});

describe('finding', () => {
  const roster = read(
    'id,name,email,login\n' +
      '1,"Doe, Jane",jane@example.edu,jdoe\n' +
      '2,Jörg Müller,joerg@example.edu,same\n' +
      '3,"van der Berg, Anna-Lena",,same\n' +
      '4,Kim,,1\n' +
      '5,Alex Smith,,\n' +
      '6,"Smith, Alex",,\n' +
      'Ä7,Zoë,,\n' +
      '8,,nameless@example.edu,\n' +
      '9,X\u030cu Li,,\n',
  );
  const find = (id: string, name?: string, email?: string) => {
    const found = roster.find({ id, name, email });
    return typeof found === 'object' ? found.id : found;
  };

  it.each<[readonly [string, (string | undefined)?, string?], string | undefined]>([
    // By id before anything else.
    [['1'], '1'],
    [[' 1 '], '1'],
    [['1', 'Kim', 'joerg@example.edu'], '1'],
    [['ä7'], 'Ä7'],
    [['A\u03087'], 'Ä7'],
    // By identities.
    [['JDOE'], '1'],
    [['Jane@Example.edu'], '1'],
    [['x', undefined, 'JOERG@example.edu '], '2'],
    [['x', 'Kim', 'joerg@example.edu'], '2'],
    [['x', undefined, '2'], '2'],
    [['same'], 'several'],
    [['jdoe', undefined, 'joerg@example.edu'], 'several'],
    // By name.
    [['x', 'Doe, Jane'], '1'],
    [['x', 'Jane Doe'], '1'],
    [['x', ' Jane\u00a0 Doe'], '1'],
    [['x', 'Müller, Jo\u0308rg'], '2'],
    [['x', 'Anna-Lena van der Berg'], '3'],
    [['x', 'jane doe'], undefined],
    [['x', 'Jane'], undefined],
    [['x', 'Alex Smith'], 'several'],
    [['', ''], undefined],
    [['', 'Kim'], '4'],
    [['x', ''], undefined],
    // By the name of a Canvas download.
    [['x', 'doejane'], '1'],
    [['x', 'müllerjörg'], '2'],
    [['x', 'mu\u0308llerjo\u0308rg'], '2'],
    [['x', 'vanderberganna-lena'], undefined],
    [['x', 'vanderbergannalena'], '3'],
    [['x', 'kim'], '4'],
    [['x', 'smithalex'], 'several'],
    [['x', 'janedoe'], undefined],
    [['x', 'lix\u030cu'], '9'],
    [['x', 'lixu'], undefined],
    [['x', 'constructor'], undefined],
  ])('%j', (asked, id) => {
    expect(find(...asked)).toBe(id);
  });
});

describe('what cannot be used', () => {
  it.each([
    ['', 'class.csv has no header; its first line must name the columns, e.g. id,name,email'],
    ['\n\n', 'class.csv has no header; its first line must name the columns, e.g. id,name,email'],
    [
      '4021,Jane Doe\n4022,Jörg Müller\n',
      'class.csv, line 1: "4021", "Jane Doe" is no header; the first line must name the columns, e.g. id,name,email',
    ],
    [
      '\nname,Section\nJane Doe,A\n',
      'class.csv, line 2: no column of ids among "name", "Section"; call one of them "id", or export the list with its ids',
    ],
    [
      'id,name\n1,"two\nlines"\n2,x\n 1 ,y\n',
      'class.csv, line 5: the id "1" is on line 2 already; give each student one line and an id of their own',
    ],
    [
      'id,name\nA,x\na,y\n',
      'class.csv, line 3: the id "a" is on line 2 already; give each student one line and an id of their own',
    ],
    [
      'id,name\n1,x\n,"Doe\0"\n',
      'class.csv, line 3: "Doe\\\\u0000" has no id; fill in the column "id" or delete the line',
    ],
    ['id,email\n,j@x.de\n', 'class.csv, line 2: "j@x.de" has no id; fill in the column "id" or delete the line'],
    ['id,name\n1,"x\n', 'class.csv, line 2: a quoted cell begins here and is never closed; close it with'],
  ])('%j', (text, message) => {
    expect(refusal(text)).toContain(message);
  });

  it('is shown as one short line', () => {
    const message = refusal(`"a\u001b[31m\nb",${'x'.repeat(10_000)}\n`) ?? '';
    expect(message.length).toBeLessThan(700);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there
    expect(message).not.toMatch(/[\u0000-\u001f]/);
  });
});
