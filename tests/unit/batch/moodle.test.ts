import { describe, expect, it } from 'vitest';
import type { Graded } from '#grader/batch/gradebooks/gradebook.ts';
import { fillMoodle } from '#grader/batch/gradebooks/moodle.ts';
import { UsageError } from '#grader/model/usage-error.ts';

const HEADER =
  'Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (submission),' +
  'Last modified (grade),Feedback comments';
const sheet = (...rows: string[]) => `${[HEADER, ...rows].join('\n')}\n`;
const row = (number: number, name: string, email: string, grade = '', maximum = '10.00', open = 'Yes') =>
  `Participant ${number},${name},${email},Submitted for grading,${grade},${maximum},${open},` +
  '"Monday, 23 November 2026, 10:00 AM",-,"<p>Well, ""done""</p>\r\n"';
const JANE = row(123456, 'Jane Doe', 'jane@example.edu', '6.00');
const JOERG = row(123457, 'Jörg Müller', 'joerg@example.edu');

const graded = (id: string, score = 7, more: Partial<Graded> = {}): Graded => ({
  id,
  name: '',
  score,
  maxScore: 10,
  ...more,
});
const fill = (text: string, grades: readonly Graded[]) => fillMoodle(text, grades, { file: '/home/me/sheet.csv' });
const refusal = (text: string) => {
  try {
    fill(text, []);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return undefined;
};

it('changes the grade of whom it has one for, and nothing else', () => {
  expect(fill(sheet(JANE, JOERG), [graded('123457')])).toEqual({
    text: sheet(JANE, JOERG.replace('grading,,', 'grading,7.00,')),
    filled: 1,
    unmatched: [],
    skipped: [],
    remarks: [],
  });
});

it('changes nothing when nobody has a grade', () => {
  const text = `\ufeff${sheet(JANE, JOERG)}`.replaceAll('\n', '\r\n');
  expect(fill(text, [])).toEqual({ text, filled: 0, unmatched: [], skipped: [], remarks: [] });
});

describe('matching', () => {
  const filledBy = (grade: Graded, text = sheet(JANE, JOERG)) => {
    const before = text.split('\n');
    return fill(text, [grade])
      .text.split('\n')
      .flatMap((line, index) => (line === before[index] ? [] : [line.split(',')[0]]));
  };

  it.each<[string, Graded]>([
    ["the participant's number", graded('123457')],
    ['the whole identifier', graded('Participant 123457')],
    ['a further identity', graded('x', 7, { identities: ['123457'] })],
    ['e-mail address', graded('x', 7, { email: ' Joerg@Example.edu' })],
    ['an id that is an e-mail address', graded('joerg@example.edu')],
    ['name', graded('x', 7, { name: 'Jörg Müller' })],
    ['name in the other order, decomposed', graded('x', 7, { name: 'Müller, Jörg'.normalize('NFD') })],
  ])('by %s', (_, grade) => {
    expect(filledBy(grade)).toEqual(['Participant 123457']);
  });

  it('prefers the number to the address, and the address to the name', () => {
    expect(filledBy(graded('123457', 7, { email: 'jane@example.edu' }))).toEqual(['Participant 123457']);
    expect(filledBy(graded('x', 7, { email: 'joerg@example.edu', name: 'Jane Doe' }))).toEqual(['Participant 123457']);
  });

  it('does not take part of a number for it', () => {
    expect(fill(sheet(JANE), [graded('3456'), graded('12345')])).toMatchObject({ unmatched: ['3456', '12345'] });
  });

  it('knows the identities of further columns', () => {
    const text = `ID number,Username,${HEADER}\n0077,jdoe,${JANE}\n`;
    expect(filledBy(graded('JDOE'), text)).toEqual(['0077']);
    expect(filledBy(graded('0077'), text)).toEqual(['0077']);
    expect(filledBy(graded('123456'), text)).toEqual(['0077']);
  });

  it('knows participants without names', () => {
    const text = 'Identifier,Status,Grade,Maximum Grade,Last modified (grade)\nParticipant 5,,,10.00,-\n';
    expect(fill(text, [graded('5'), graded('6')])).toMatchObject({
      text: text.replace('5,,,', '5,,7.00,'),
      filled: 1,
      unmatched: ['6'],
    });
  });

  it('fills neither of two with one name, and no row twice', () => {
    const twin = row(9, 'Jane Doe', 'jane2@example.edu');
    const text = sheet(JANE, JOERG, twin);
    const grades = [graded('x', 7, { name: 'Jane Doe' }), graded('123457'), graded('joerg@example.edu', 9)];
    expect(fill(text, grades)).toEqual({
      text,
      filled: 0,
      unmatched: [],
      skipped: [
        { line: undefined, id: 'x', reason: 'lines 2 and 6 may both be meant' },
        { line: 4, id: '123457', reason: '2 submissions have this row: 123457, joerg@example.edu' },
        { line: 4, id: 'joerg@example.edu', reason: '2 submissions have this row: 123457, joerg@example.edu' },
      ],
      remarks: [],
    });
  });
});

describe('style', () => {
  const filled = (maximum: string, score: number, maxScore = 100) => {
    const result = fill(sheet(row(1, 'Kim', '', '', maximum)), [graded('1', score, { maxScore })]);
    return /grading,("[^"]*"|[^,]*),/.exec(result.text)?.[1];
  };

  it.each([
    ['100.00', 96, '96.00'],
    ['"100,00"', 96, '"96,00"'],
    ['"10,00"', 7.5, '"7,50"'],
    ['100', 96, '96'],
    ['100.0', 0, '0.0'],
    ['100', 7.5, '7.5'],
    ['"100,0"', 7.25, '"7,25"'],
    ['', 96, '96'],
    ['-', 96, '96'],
  ])('of %s: %d is %s', (maximum, score, shown) => {
    expect(filled(maximum, score)).toBe(shown);
  });

  it('needs no quotes where a comma separates nothing, and keeps those that were there', () => {
    const text =
      'ID;Bewertung;Bestwertung;"Zuletzt geändert (Bewertung)"\r\nTeilnehmer/in1;;10,00;-\r\nTeilnehmer/in2;"";10,00;-\r\n';
    expect(fill(text, [graded('1'), graded('2')]).text).toBe(
      'ID;Bewertung;Bestwertung;"Zuletzt geändert (Bewertung)"\r\nTeilnehmer/in1;"7,00";10,00;-\r\nTeilnehmer/in2;"7,00";10,00;-\r\n',
    );
  });

  it('is plain where there is no maximum', () => {
    const text = 'Identifier,Grade,Last modified (grade)\nParticipant 1,,-\n';
    expect(fill(text, [graded('1')])).toMatchObject({ text: text.replace('1,,', '1,7,'), remarks: [] });
  });
});

describe('a row that is not filled', () => {
  const skipped = (text: string, score = 7) => {
    const result = fill(text, [graded('1', score)]);
    expect(result).toMatchObject({ text, filled: 0, unmatched: [] });
    return result.skipped;
  };

  it.each(['No', ' no ', 'Nein', 'Non'])('cannot be changed: %j', (open) => {
    expect(skipped(sheet(row(1, 'Kim', '', '', '10.00', open)))).toEqual([
      { line: 2, id: '1', reason: 'Moodle says that its grade cannot be changed' },
    ]);
  });

  it.each(['10.00', '"10,00"', '10'])('has a maximum of %s, which is exceeded', (maximum) => {
    const text = sheet(row(1, 'Kim', '', '', maximum));
    expect(skipped(text, 11)).toEqual([
      { line: 2, id: '1', reason: `11 is over the maximum grade, ${maximum.replaceAll('"', '')}` },
    ]);
    expect(fill(text, [graded('1', 10)])).toMatchObject({ filled: 1 });
  });

  it('has no cell', () => {
    expect(skipped('Identifier,Grade,Last modified (grade)\nParticipant 1\n')).toEqual([
      { line: 2, id: '1', reason: 'the row has no cell for the grade' },
    ]);
  });
});

it('remarks once on a maximum that is not that of the grades', () => {
  const text = sheet(row(1, 'Kim', '', '', '100.00'), row(2, 'Lee', '', '', '100.00'));
  const result = fill(text, [graded('1'), graded('2')]);
  expect(result.filled).toBe(2);
  expect(result.remarks).toEqual(['the worksheet is out of 100 points, the grades are out of 10; nothing was scaled']);
});

describe('languages', () => {
  it.each([
    [
      'ID,"Vollständiger Name",E-Mail-Adresse,Status,Bewertung,Bestwertung,"Bewertung kann geändert werden","Zuletzt geändert (Abgabe)","Zuletzt geändert (Bewertung)","Feedback als Kommentar"',
      ['Teilnehmer/in1', 'Teilnehmer/in2'],
      ['Ja', 'Nein'],
    ],
    [
      'Identifiant,"Nom complet","Adresse de courriel",Statut,Note,"Note maximale","La note peut être modifiée","Dernière modification (travail remis)","Dernière modification (note)","Feedback par commentaires"',
      ['Participant1', 'Participant2'],
      ['Oui', 'Non'],
    ],
    [
      'Identificador,"Nombre completo","Dirección de correo",Estado,Calificación,"Calificación máxima","La calificación puede ser cambiada","Última modificación (entrega)","Última modificación (calificación)","Comentarios de retroalimentación"',
      ['Participante 1', 'Participante 2'],
      ['Sí', 'No'],
    ],
  ])('%s', (header, [one, two], [yes, no]) => {
    for (const written of [header, header.normalize('NFD'), header.toUpperCase()]) {
      const line = (who: string | undefined, grade: string, open: string | undefined) =>
        `${who},Kim,kim@x.de,x,${grade},"10,00",${open},-,-,""`;
      const text = [written, line(one, '', yes), line(two, '', no)].join('\n');
      expect(fill(text, [graded('1'), graded('2')])).toMatchObject({
        text: [written, line(one, '"7,00"', yes), line(two, '', no)].join('\n'),
        skipped: [{ line: 3, id: '2', reason: 'Moodle says that its grade cannot be changed' }],
      });
      expect(fill(text, [graded('x', 7, { email: 'kim@x.de' })]).skipped[0]?.reason).toBe(
        'lines 2 and 3 may both be meant',
      );
      expect(fill(text, [graded('x', 7, { name: 'Kim' })]).skipped[0]?.reason).toBe('lines 2 and 3 may both be meant');
    }
  });
});

describe('what is no grading worksheet', () => {
  it.each([
    ['', 'Identifier, Grade, Last modified (grade)'],
    ['id,name\n1,x\n', 'Grade, Last modified (grade)'],
    ['Identifier,Full name,Grade\n', 'Last modified (grade)'],
    ['Full name,Grade,Last modified (grade)\n', 'Identifier'],
  ])('%j', (text, missing) => {
    expect(refusal(text)).toBe(
      `sheet.csv is no Moodle grading worksheet: it has no column ${missing} (nor that in German, French or Spanish); \
download it from the assignment, in one of these languages, and change nothing in it`,
    );
  });

  it('nor can a scale be filled', () => {
    expect(refusal('ID,Bewertung,Skala,Zuletzt geändert (Bewertung)\n')).toBe(
      'sheet.csv is graded by a scale ("Skala"), not in points; change the grade type of the assignment to points',
    );
  });
});

describe('teams', () => {
  const HEAD = 'Identifier,Full name,Group,Grade,Maximum Grade,Last modified (grade)';
  const text = [
    HEAD,
    'Participant 1,Jane Doe,Team A,,10,-',
    'Participant 2,Bob Roe,Team A,,10,-',
    'Participant 77,Zoe Text,,,10,-',
    '',
  ].join('\n');

  it('gives every member the team’s grade, and nobody whose number is the team’s', () => {
    const filled = fill(text, [graded('77', 8, { name: 'Team A', identities: ['77'] })]);
    expect(filled.filled).toBe(2);
    expect(filled.text).toContain('Participant 1,Jane Doe,Team A,8,10');
    expect(filled.text).toContain('Participant 2,Bob Roe,Team A,8,10');
    expect(filled.text).toContain('Participant 77,Zoe Text,,,10');
  });

  it('gives a team’s grade to nobody when the worksheet has no teams', () => {
    const filled = fill(sheet(row(77, 'Zoe Text', 'zoe@example.edu')), [graded('77', 8, { name: 'Team A' })]);
    expect(filled.filled).toBe(0);
    expect(filled.skipped).toEqual([
      { line: 2, id: '77', reason: 'the worksheet calls this participant "Zoe Text", the submission "Team A"' },
    ]);
  });

  it('does not mind another form of a name', () => {
    expect(fill(sheet(JOERG), [graded('123457', 8, { name: 'Müller, Jörg Karl' })]).filled).toBe(1);
  });
});
